@claims @claim:MITM
Feature: Man in the middle
  Nothing substituted on the way is taken for the real one: in the handshake, in the data, in the registration.

  @req:CLAIM-3 @attack:mitm-two-handshakes
  Scenario Outline: Two handshakes back to back share no key with the man between them
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-two-handshakes
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

  @req:CLAIM-3 @attack:mitm-substituted-fields
  Scenario Outline: A field of the handshake replaced by a valid one ends the login
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-fields
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

  @req:CLAIM-3 @attack:mitm-substituted-payload
  Scenario Outline: A payload put together from two others is not taken
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-payload
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

  @scheme:mqtt-present @req:CLAIM-3 @attack:mitm-substituted-registration
  Scenario: A W replaced on the way does not hand the account over
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-registration
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
