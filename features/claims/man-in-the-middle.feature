@claims @claim:MITM
Feature: Man in the middle
  Nothing substituted on the way is taken for the real one: in the handshake, in the data, in the registration.

  @req:CLAIM-3
  Scenario Outline: Two handshakes back to back share no key with the man between them
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-two-handshakes
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

  @req:CLAIM-3
  Scenario Outline: A field of the handshake replaced by a valid one ends the login
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-fields
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

  @req:CLAIM-3
  Scenario Outline: A payload put together from two others is not taken
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-payload
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

  @scheme:mqtt-present @req:CLAIM-3
  Scenario: A W replaced on the way does not hand the account over
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-registration
    Then the attack succeeds
    And on the weak setting it succeeds
