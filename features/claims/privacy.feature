@claims @claim:DP
Feature: Data privacy
  The broker with all its own state cannot open a payload.

  @req:CLAIM-7 @attack:dp-curious-broker
  Scenario Outline: The broker cannot open a payload with all that it knows
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dp-curious-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:mqtt-present
    Examples:
      | scheme       |
      | mqtt-present |

    @scheme:augmqtt
    Examples:
      | scheme  |
      | augmqtt |

    @scheme:mqtt-auth
    Examples:
      | scheme    |
      | mqtt-auth |

    @scheme:hardened
    Examples:
      | scheme   |
      | hardened |

  @scheme:mqtt-present @req:CLAIM-7 @attack:dp-curious-broker
  Scenario: The broker and a key of 80 bits
    Given mqtt-present with 80-bit keys between a publisher, a broker and a subscriber
    When the adversary tries dp-curious-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:hardened @req:CLAIM-7 @attack:dp-broker-plays-reader
  Scenario: The broker is not let into an epoch in a subscriber's place
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries dp-broker-plays-reader
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
