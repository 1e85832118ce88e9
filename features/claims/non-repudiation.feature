@claims @claim:NR
Feature: Non-repudiation
  A subscriber cannot make a message that counts as the publisher's. The text of MQTT-PRESENT's paper claims it; no table ticks it.

  @req:CLAIM-10
  Scenario Outline: A subscriber cannot make a message that counts as the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries nr-subscriber-forges
    Then the attack <ends>
    And on the weak setting it succeeds

    @scheme:mqtt-present
    Examples:
      | scheme       | ends     |
      | mqtt-present | succeeds |

    @scheme:augmqtt
    Examples:
      | scheme  | ends     |
      | augmqtt | succeeds |

    @scheme:mqtt-auth
    Examples:
      | scheme    | ends     |
      | mqtt-auth | succeeds |
