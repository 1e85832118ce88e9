@claims @claim:DI
Feature: Data integrity
  Of 1,000 mutations none is accepted, whoever sits on the wire, and none of the broker's making.

  @req:CLAIM-8
  Scenario Outline: None of a thousand mutations of a message is taken by the subscriber
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-subscriber
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

  @req:CLAIM-8
  Scenario Outline: None of a thousand mutations of a message is taken by the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-broker
    Then the attack <ends>
    And on the weak setting it succeeds

    @scheme:augmqtt
    Examples:
      | scheme  | ends  |
      | augmqtt | fails |

    @scheme:mqtt-auth
    Examples:
      | scheme    | ends  |
      | mqtt-auth | fails |

  @req:CLAIM-8
  Scenario Outline: A message is not taken on another topic
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-other-topic
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

  @req:CLAIM-8
  Scenario Outline: The broker cannot forge a message of the publisher
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-broker-forges
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
