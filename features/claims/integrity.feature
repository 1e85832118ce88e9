@claims @claim:DI
Feature: Data integrity
  Of 1,000 mutations none is accepted, whoever sits on the wire, and none of the broker's making.

  @req:CLAIM-8 @attack:di-mutations-at-subscriber
  Scenario Outline: None of a thousand mutations of a message is taken by the subscriber
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-subscriber
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

  @req:CLAIM-8 @attack:di-mutations-at-broker
  Scenario Outline: None of a thousand mutations of a message is taken by the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:augmqtt
    Examples:
      | scheme  |
      | augmqtt |

    @scheme:mqtt-auth
    Examples:
      | scheme    |
      | mqtt-auth |

  @req:CLAIM-8 @attack:di-other-topic
  Scenario Outline: A message is not taken on another topic
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-other-topic
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

  @req:CLAIM-8 @attack:di-broker-forges
  Scenario Outline: The broker cannot forge a message of the publisher
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-broker-forges
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

  @scheme:mqtt-present @req:CLAIM-8 @attack:di-mutations-at-subscriber
  Scenario: A thousand mutations under a key of 80 bits
    Given mqtt-present with 80-bit keys between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-subscriber
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:hardened @req:CLAIM-8 @attack:di-broker-plays-publisher
  Scenario: The broker makes no epoch in the publisher's place
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries di-broker-plays-publisher
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @req:CLAIM-11 @attack:di-reader-forges
  Scenario Outline: A reader makes nothing that another reader takes for the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-reader-forges
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
