@claims @claim:OPG
Feature: Off-line guessing of passwords
  What can be seen singles out no password of a dictionary of 1,000 words.
  The thief of a verifier may search a dictionary, and that is expected; he cannot log in without the password he finds.

  @req:CLAIM-4 @attack:opg-captured-handshake
  Scenario Outline: A captured login and a dictionary single out no password
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-captured-handshake
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

  @scheme:mqtt-present @req:CLAIM-4 @attack:opg-captured-registration
  Scenario: A captured registration and a dictionary single out no password
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries opg-captured-registration
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @req:CLAIM-4 @attack:opg-stolen-verifier
  Scenario Outline: The thief of a verifier cannot log in without the password
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-stolen-verifier
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

  @req:CLAIM-4 @attack:opg-one-run-as-client
  Scenario Outline: One run as a client tells no more than the word that was bet on
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-one-run-as-client
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

  @req:CLAIM-4 @attack:opg-one-run-as-broker
  Scenario Outline: One run as the broker tells no more than the word that was bet on
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-one-run-as-broker
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

  @req:CLAIM-4 @attack:opg-verifier-from-smooth-x
  Scenario Outline: An X of smooth order does not read the verifier off the broker
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-verifier-from-smooth-x
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

  @scheme:hardened @req:CLAIM-4 @attack:opg-pair-run
  Scenario: The broker that carries a pair run has no way to try pair passwords
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries opg-pair-run
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
