Feature: Readings signed by the device that took them
  A device signs a reading with a key of its own before its scheme seals it: whoever has the scheme's keys, as a broker has, cannot make one.

  @scheme:mqtt-present @scheme:augmqtt @scheme:mqtt-auth @scheme:hardened @scheme:scram @req:SIGN-1
  Scenario Outline: A reading of a sensor travels signed and sealed
    Given <publisher> signs its readings on "lab/climate" under <scheme> for <subscriber>
    When <publisher> publishes a reading of the <sensor>
    Then the subscriber takes it as signed by <publisher>

    Examples:
      | scheme       | publisher | subscriber | sensor        |
      | mqtt-present | board     | host       | BME280        |
      | mqtt-present | host      | board      | digital input |
      | augmqtt      | board     | host       | BME280        |
      | augmqtt      | host      | board      | BME280        |
      | mqtt-auth    | board     | host       | BME280        |
      | hardened     | board     | host       | BME280        |
      | scram        | host      | board      | BME280        |
      | scram        | board     | a listener | digital input |

  @scheme:password @scheme:tls @scheme:tls-client @scheme:tls-psk @req:SIGN-1
  Scenario Outline: And so it does under the logins of today
    Given host signs its readings on "lab/climate" under <scheme> for a listener
    When host publishes a reading of the BME280
    Then the subscriber takes it as signed by host

    Examples:
      | scheme     |
      | password   |
      | tls        |
      | tls-client |
      | tls-psk    |

  @scheme:mqtt-present @scheme:augmqtt @scheme:mqtt-auth @scheme:scram @scheme:password @scheme:tls @req:SIGN-2
  Scenario Outline: Every key but the device's own makes no reading of it
    Given host signs its readings on "lab/climate" under <scheme> for <subscriber>
    When host publishes a reading of the BME280
    Then the subscriber takes it as signed by host
    When somebody with every key of host but its own publishes <forgery>
    Then the subscriber refuses it with <code>

    Examples:
      | scheme       | subscriber | forgery                                    | code          |
      | mqtt-present | board      | the last reading with one bit flipped      | BAD-SIGNATURE |
      | mqtt-present | a listener | a reading without a signature              | BAD-SIGNATURE |
      | mqtt-present | a listener | a reading under a signature of its own key | BAD-SIGNATURE |
      | mqtt-present | a listener | another reading under the last signature   | BAD-SIGNATURE |
      | mqtt-present | a listener | the last reading under a later number      | BAD-SIGNATURE |
      | mqtt-present | a listener | the last reading again                     | REPLAY        |
      | augmqtt      | a listener | the last reading with one bit flipped      | BAD-SIGNATURE |
      | augmqtt      | board      | the last reading again                     | REPLAY        |
      | mqtt-auth    | a listener | a reading under a signature of its own key | BAD-SIGNATURE |
      | scram        | a listener | the last reading with one bit flipped      | BAD-SIGNATURE |
      | password     | a listener | a reading without a signature              | BAD-SIGNATURE |
      | tls          | a listener | the last reading again                     | REPLAY        |

  @scheme:mqtt-present @scheme:augmqtt @scheme:password @req:SIGN-2
  Scenario Outline: Where nothing is signed the same forgery is taken
    Given host does not sign its readings on "lab/climate" under <scheme> for a listener
    When somebody with every key of host but its own publishes a reading without a signature
    Then the subscriber takes it, as nothing is signed

    Examples:
      | scheme       |
      | mqtt-present |
      | augmqtt      |
      | password     |
