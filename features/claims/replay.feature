@claims @claim:REPLAY
Feature: Replay
  What was taken once is not taken again: a login, a message of this session or of an earlier one, a wrap.

  @req:CLAIM-5 @attack:replay-login-to-broker
  Scenario Outline: A recorded login opens no session at the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-login-to-broker
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

  @req:CLAIM-5 @attack:replay-login-to-client
  Scenario Outline: Recorded answers of the broker open no session at the device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-login-to-client
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

  @req:CLAIM-5 @attack:replay-message-at-once
  Scenario Outline: A message sent again at once is not taken again
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-at-once
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

  @req:CLAIM-5 @attack:replay-message-later
  Scenario Outline: A message sent again after others is not taken again
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-later
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

  @req:CLAIM-5 @attack:replay-message-reflected
  Scenario Outline: A device does not take back what it sent itself
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-reflected
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

  @req:CLAIM-5 @attack:replay-message-across-sessions
  Scenario Outline: A message of an earlier session is not taken in a later one
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-across-sessions
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

  @scheme:mqtt-present @req:CLAIM-5 @attack:replay-key-wrap
  Scenario: A wrap of an earlier session does not bring its key back
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries replay-key-wrap
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:hardened @req:CLAIM-5 @attack:replay-key-wrap
  Scenario: The keys of an earlier epoch do not come back
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries replay-key-wrap
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
