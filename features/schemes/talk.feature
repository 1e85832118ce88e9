Feature: Every scheme carries readings

  @scheme:mqtt-present @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-1
  Scenario Outline: A reading of one device is read by the other
    Given a broker of <scheme> for <publisher> and <subscriber> on "lab/level"
    And <publisher> and <subscriber> are ready to talk
    When <publisher> publishes <bytes> bytes
    Then <subscriber> opens the same payload

    Examples:
      | scheme    | publisher | subscriber   | bytes |
      | augmqtt   | host      | board        | 10    |
      | augmqtt   | board     | host         | 64    |
      | augmqtt   | board     | second board | 16    |
      | mqtt-auth | host      | board        | 10    |
      | mqtt-auth | board     | host         | 64    |
      | mqtt-auth | board     | second board | 16    |

  @scheme:mqtt-present @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-2
  Scenario Outline: Logins over topics bring the same keys
    Given logins go over topics
    And a broker of <scheme> for board and host on "lab/level"
    And board and host are ready to talk
    When board publishes 24 bytes
    Then host opens the same payload

    Examples:
      | scheme       |
      | mqtt-present |
      | augmqtt      |
      | mqtt-auth    |

  @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-3
  Scenario Outline: One publisher, many subscribers
    Given a broker of <scheme> for board and host on "lab/level"
    And board and host are ready to talk
    And <count> more subscribers listen
    When board publishes 16 bytes
    Then host opens the same payload
    And every further subscriber opens the 16 bytes too

    Examples:
      | scheme    | count |
      | augmqtt   | 1     |
      | augmqtt   | 7     |
      | mqtt-auth | 3     |

  @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-4
  Scenario Outline: What was sealed before a re-authentication still opens after it, until the old key is forgotten
    Given a broker of <scheme> for <publisher> and <subscriber> on "lab/level"
    And <publisher> and <subscriber> are ready to talk
    When <publisher> publishes 2 payloads that <subscriber> leaves unread
    And <subscriber> re-authenticates
    Then the re-authentication succeeds
    And <subscriber> still opens the first of them
    And <subscriber> refuses the second with BAD-TAG once its old key is forgotten

    Examples:
      | scheme    | publisher | subscriber |
      | augmqtt   | host      | board      |
      | augmqtt   | board     | host       |
      | mqtt-auth | host      | board      |

  @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-4
  Scenario Outline: A device talks on under the key of its re-authentication
    Given a broker of <scheme> for board and host on "lab/level"
    And board and host are ready to talk
    When board re-authenticates
    And board publishes 40 bytes
    Then host opens the same payload

    Examples:
      | scheme    |
      | augmqtt   |
      | mqtt-auth |

  @scheme:augmqtt @scheme:mqtt-auth @req:SCHEME-5
  Scenario Outline: A payload altered on a hop reaches nobody
    Given a broker of <scheme> for board and host on "lab/level"
    And board and host are ready to talk
    When host publishes a payload that is no seal
    Then the broker refuses it with reason 0x<reason>

    Examples:
      | scheme    | reason |
      | augmqtt   | 87     |
      | mqtt-auth | 87     |

  @scheme:mqtt-present @req:SCHEME-6
  Scenario: A device that registered its W over the wire logs in with its password
    Given a broker that takes registrations over the wire
    When board registers its W over the wire
    And board logs in
    Then the login succeeds
    And board and the broker hold the same session key
