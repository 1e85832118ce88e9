@claims @claim:UA
Feature: User anonymity
  Nothing of 6 bytes or more that is a client's own occurs in two captured sessions, aborted ones included.
  IP address, port, timing and length are excluded: all four tell clients apart, and no tick here speaks of them.

  @req:CLAIM-1 @attack:ua-two-sessions
  Scenario Outline: Two captured sessions of one device cannot be told to be of one device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-two-sessions
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

  @req:CLAIM-1 @attack:ua-aborted-session
  Scenario Outline: A session and a login that was broken off cannot be told to be of one device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-aborted-session
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

  @req:CLAIM-1 @attack:ua-after-connect
  Scenario Outline: What follows CONNECT does not link two sessions
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-after-connect
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

  @scheme:hardened @req:CLAIM-1 @attack:ua-running-counter
  Scenario: A counter does not tell that a publisher came again
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries ua-running-counter
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
