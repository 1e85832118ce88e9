@scheme:mqtt-present
Feature: Readings travel encrypted
  The broker combines both session keys into Ks, wraps it for publisher and subscriber, and payloads travel under Ks.

  @req:MP-1
  Scenario Outline: A reading published by one device is opened by the other
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using <bits>-bit keys
    And <subscriber> and <publisher> are logged in
    When <publisher> publishes a reading of the <sensor>
    Then <subscriber> opens the same reading
    And <publisher> and <subscriber> hold the same traffic key
    And the traffic key is the session key of neither

    Examples:
      | publisher | subscriber   | bits | sensor        |
      | board     | host         | 80   | BME280        |
      | board     | host         | 128  | BME280        |
      | host      | board        | 80   | BME280        |
      | host      | board        | 128  | BME280        |
      | board     | second board | 128  | BME280        |
      | board     | host         | 128  | digital input |
      | host      | board        | 128  | digital input |

  @req:MP-2
  Scenario Outline: No reading is seen on the wire
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And a tap on every connection
    And <subscriber> and <publisher> are logged in
    When <publisher> publishes a reading of the BME280
    Then <subscriber> opens the same reading
    And the reading is nowhere on the wire, raw, in hex or in base64
    And a reading sent in clear would have been found

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-3
  Scenario Outline: Payloads of every length survive
    Given a broker that pairs <publisher> with <subscriber> on "lab/raw" using <bits>-bit keys
    And <subscriber> and <publisher> are logged in
    When <publisher> publishes <length>
    Then <subscriber> opens the same payload

    Examples:
      | publisher | subscriber | bits | length                |
      | board     | host       | 80   | 0 bytes               |
      | board     | host       | 80   | 1 byte                |
      | board     | host       | 128  | 8 bytes               |
      | board     | host       | 128  | 9 bytes               |
      | board     | host       | 128  | as much as it can     |
      | host      | board      | 80   | 0 bytes               |
      | host      | board      | 80   | 1 byte                |
      | host      | board      | 128  | 8 bytes               |
      | host      | board      | 128  | 9 bytes               |
      | host      | board      | 128  | as much as board can  |

  @req:MP-3
  Scenario Outline: More than a device can seal is refused and nothing is lost
    Given a broker that pairs <publisher> with <subscriber> on "lab/raw" using 128-bit keys
    And <subscriber> and <publisher> are logged in
    When <publisher> seals one byte more than it can
    Then <publisher> answers TOO-LONG
    When <publisher> publishes 8 bytes
    Then <subscriber> opens the same payload

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-4
  Scenario Outline: A subscriber with another key does not get the reading
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And <subscriber> and <publisher> are logged in
    And <subscriber> was handed another traffic key
    When <publisher> publishes a reading of the BME280
    Then <subscriber> does not get the reading

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-5
  Scenario Outline: Nothing is sealed before the key arrived
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And only <publisher> is logged in
    When <publisher> seals 8 bytes
    Then <publisher> answers NO-KEY

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-5
  Scenario Outline: A damaged key wrap is refused
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using <bits>-bit keys
    And <subscriber> and <publisher> are logged in
    When <publisher> is handed a wrap cut to <length>
    Then <publisher> answers BAD-KEY

    Examples:
      | publisher | subscriber | bits | length   |
      | board     | host       | 128  | 32 bytes |
      | host      | board      | 128  | 32 bytes |
      | board     | host       | 80   | 39 bytes |
      | host      | board      | 80   | 39 bytes |

  @req:MP-3
  Scenario Outline: What is no padding is refused
    Given a broker that pairs <publisher> with <subscriber> on "lab/raw" using <bits>-bit keys
    And a tap on every connection
    And <subscriber> and <publisher> are logged in
    When <publisher> publishes a block that ends in <ending> and the tap cuts the padding off
    Then the attack was carried out
    And <subscriber> refuses the message with BAD-PADDING

    Examples:
      | publisher | subscriber | bits | ending       |
      | board     | host       | 128  | a zero       |
      | host      | board      | 128  | a zero       |
      | board     | host       | 128  | a nine       |
      | host      | board      | 128  | a nine       |
      | board     | host       | 80   | a lone eight |
      | host      | board      | 80   | a lone eight |

  @req:MP-3
  Scenario Outline: A message that is padding alone is an empty one
    Given a broker that pairs <publisher> with <subscriber> on "lab/raw" using 128-bit keys
    And a tap on every connection
    And <subscriber> and <publisher> are logged in
    When <publisher> publishes a block that ends in eight eights and the tap cuts the padding off
    Then the attack was carried out
    And <subscriber> opens the same payload

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-5
  Scenario Outline: A key wrap of another length is refused, however well it is padded
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using <bits>-bit keys
    And a tap on every connection
    And <subscriber> and <publisher> are logged in
    When <publisher> is handed its wrap <altered>
    Then <publisher> answers BAD-KEY

    Examples:
      | publisher | subscriber | bits | altered                    |
      | board     | host       | 128  | without its first block    |
      | host      | board      | 128  | without its first block    |
      | board     | host       | 80   | with its first block twice |
      | host      | board      | 80   | with its first block twice |

  @req:MP-6
  Scenario Outline: A new handshake brings both a new key
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And <subscriber> and <publisher> are logged in
    When <publisher> logs in again
    Then both hold a new traffic key, and the same
    When <publisher> publishes a reading of the BME280
    Then <subscriber> opens the same reading

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-7
  Scenario Outline: Key wraps reach nobody else
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And a stranger with an account listens to everything
    And <subscriber> and <publisher> are logged in
    Then the stranger receives no key wrap
    And the stranger may neither read nor write the key topic of <publisher>
    And the stranger may neither read nor write the key topic of <subscriber>

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |

  @req:MP-7
  Scenario Outline: The broker keeps no key wrap for those who come later
    Given a broker that pairs <publisher> with <subscriber> on "lab/climate" using 128-bit keys
    And a tap on every connection
    And <subscriber> and <publisher> are logged in
    When <publisher> logs in again
    Then no key wrap came out of the broker's store
    And a stranger who connects later receives no key wrap

    Examples:
      | publisher | subscriber |
      | board     | host       |
      | host      | board      |
