@claims @claim:DP
Feature: Data privacy
  The broker with all its own state cannot open a payload.

  @req:CLAIM-7
  Scenario Outline: The broker cannot open a payload with all that it knows
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dp-curious-broker
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
