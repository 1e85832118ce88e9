@claims @claim:NR
Feature: Non-repudiation
  A subscriber cannot make a message that counts as the publisher's. The text of MQTT-PRESENT's paper claims it; no table ticks it.

  @req:CLAIM-10 @attack:nr-subscriber-forges
  Scenario Outline: A subscriber cannot make a message that counts as the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries nr-subscriber-forges
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

  @scheme:mqtt-present @req:CLAIM-10 @attack:nr-subscriber-forges
  Scenario: A subscriber and a key of 80 bits
    Given mqtt-present with 80-bit keys between a publisher, a broker and a subscriber
    When the adversary tries nr-subscriber-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
