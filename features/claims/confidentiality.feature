@claims @claim:DC
Feature: Data confidentiality
  No plaintext is on any wire, and equal blocks and equal messages are not recognisable.

  @req:CLAIM-6
  Scenario Outline: No reading stands on any wire in clear
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-plaintext-on-the-wire
    Then the attack <ends>
    And on the weak setting it succeeds

    @scheme:mqtt-present
    Examples:
      | scheme       | ends  |
      | mqtt-present | fails |

    @scheme:augmqtt
    Examples:
      | scheme  | ends  |
      | augmqtt | fails |

    @scheme:mqtt-auth
    Examples:
      | scheme    | ends  |
      | mqtt-auth | fails |

  @req:CLAIM-6
  Scenario Outline: Equal fields of reports cannot be recognised
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-equal-blocks
    Then the attack <ends>
    And on the weak setting it succeeds

    @scheme:mqtt-present
    Examples:
      | scheme       | ends     |
      | mqtt-present | succeeds |

    @scheme:augmqtt
    Examples:
      | scheme  | ends  |
      | augmqtt | fails |

    @scheme:mqtt-auth
    Examples:
      | scheme    | ends  |
      | mqtt-auth | fails |

  @req:CLAIM-6
  Scenario Outline: Equal messages cannot be recognised
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-equal-messages
    Then the attack <ends>
    And on the weak setting it succeeds

    @scheme:mqtt-present
    Examples:
      | scheme       | ends     |
      | mqtt-present | succeeds |

    @scheme:augmqtt
    Examples:
      | scheme  | ends  |
      | augmqtt | fails |

    @scheme:mqtt-auth
    Examples:
      | scheme    | ends  |
      | mqtt-auth | fails |
