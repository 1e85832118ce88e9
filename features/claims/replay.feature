@claims @claim:REPLAY
Feature: Replay
  What was taken once is not taken again: a login, a message of this session or of an earlier one, a wrap.

  @req:CLAIM-5
  Scenario Outline: A recorded login opens no session at the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-login-to-broker
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

  @req:CLAIM-5
  Scenario Outline: Recorded answers of the broker open no session at the device
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-login-to-client
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

  @req:CLAIM-5
  Scenario Outline: A message sent again at once is not taken again
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-at-once
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

  @req:CLAIM-5
  Scenario Outline: A message sent again after others is not taken again
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-later
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

  @req:CLAIM-5
  Scenario Outline: A message of an earlier session is not taken in a later one
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-across-sessions
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

  @scheme:mqtt-present @req:CLAIM-5
  Scenario: A wrap of an earlier session does not bring its key back
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries replay-key-wrap
    Then the attack succeeds
    And on the weak setting it succeeds
