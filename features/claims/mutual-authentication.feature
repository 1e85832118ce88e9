@claims @claim:MA
Feature: Mutual authentication
  Only who holds the password gets in, and the device takes only the broker that holds its verifier.

  @req:CLAIM-2 @attack:ma-wrong-password
  Scenario Outline: Who has a wrong password does not get in
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-wrong-password
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

  @req:CLAIM-2 @attack:ma-wrong-verifier
  Scenario Outline: Who has a wrong verifier is not taken for the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-wrong-verifier
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

  @req:CLAIM-2 @attack:ma-tampered-client-proof
  Scenario Outline: A V_C altered on the way lets nobody in
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-tampered-client-proof
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

  @req:CLAIM-2 @attack:ma-tampered-server-proof
  Scenario Outline: A V_S altered on the way is not taken by the device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-tampered-server-proof
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

  @req:CLAIM-2 @attack:ma-reflected-proof
  Scenario Outline: What the device sends, sent back to it, is not taken for the broker's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-reflected-proof
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

  @req:CLAIM-2 @attack:ma-crossed-sessions
  Scenario Outline: Proofs of one session open no other
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-crossed-sessions
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

  @req:CLAIM-2 @attack:ma-unequal-keys
  Scenario Outline: Both ends never finish with different keys
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-unequal-keys
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

  @req:CLAIM-2 @attack:ma-small-order-y
  Scenario Outline: A Y of small order is not taken by the device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-small-order-y
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

  @req:CLAIM-2 @attack:ma-smooth-order-x
  Scenario Outline: An X of smooth order lets nobody in
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-smooth-order-x
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

  @scheme:mqtt-present @req:CLAIM-2 @attack:ma-sniffed-registration
  Scenario: Who saw a registration is not taken for the broker
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries ma-sniffed-registration
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
