@claims
Feature: What the papers leave open
  Each finding is shown by an attack that runs, with its cheapest repair; where the repair is part of this product, the attack runs against it too.

  @scheme:mqtt-present @req:FIND-2 @attack:finding-sniffed-registration-plays-the-broker
  Scenario: Who saw a registration plays the broker from then on
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-sniffed-registration-plays-the-broker
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @req:FIND-2 @attack:finding-names-run-together
  Scenario Outline: Two pairs of names with one joined text share a verifier
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries finding-names-run-together
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

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

  @req:FIND-2 @attack:finding-no-lockout
  Scenario Outline: Passwords can be guessed on line without end
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries finding-no-lockout
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

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

  @req:FIND-2 @attack:finding-user-enumeration
  Scenario Outline: The reply tells whether a client has an account
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries finding-user-enumeration
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

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

  @req:FIND-2 @attack:finding-identities-in-clear
  Scenario Outline: Who talks to whom stands in clear on the wire
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries finding-identities-in-clear
    Then the attack succeeds
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

  @scheme:mqtt-present @req:FIND-1 @attack:finding-partner-computes-session-key
  Scenario: A partner computes the other's session key from the traffic key
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-partner-computes-session-key
    Then the attack succeeds
    And on its positive control it succeeds

  @scheme:mqtt-present @req:FIND-1 @attack:finding-rogue-publisher-unrolls-sessions
  Scenario: One rogue publisher unrolls every session that is paired with its partner
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-rogue-publisher-unrolls-sessions
    Then the attack succeeds
    And on its positive control it succeeds

  @scheme:mqtt-present @req:FIND-1 @attack:finding-broker-computes-traffic-key
  Scenario: The broker computes the traffic key it was to know nothing of
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-broker-computes-traffic-key
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-ecb-shows-equal-blocks
  Scenario: ECB shows which fields of reports are equal
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-ecb-shows-equal-blocks
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-ecb-shows-equal-messages
  Scenario: ECB shows which messages are equal
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-ecb-shows-equal-messages
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-block-swap-accepted
  Scenario: Two blocks of a payload change places, and nobody notices
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-block-swap-accepted
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-flipped-bits-accepted
  Scenario: Payloads with flipped bits are taken
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-flipped-bits-accepted
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-replay-accepted
  Scenario: A payload is taken as often as it is sent
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-replay-accepted
    Then the attack succeeds
    And on its positive control it succeeds
    And with the repair it fails

  @scheme:mqtt-present @req:FIND-1 @attack:finding-key-wrap-replay-accepted
  Scenario: An old wrap brings its old key back
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-key-wrap-replay-accepted
    Then the attack succeeds
    And on its positive control it succeeds

  @scheme:mqtt-present @req:FIND-1 @attack:finding-flipped-wrap-desynchronises
  Scenario: A flipped bit in a wrap leaves two devices with different keys, and neither knows
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-flipped-wrap-desynchronises
    Then the attack succeeds
    And on its positive control it succeeds

  @scheme:mqtt-present @req:FIND-1 @attack:finding-many-subscribers-break-publishing
  Scenario: A second subscriber breaks publishing to the first, and both session keys leak
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-many-subscribers-break-publishing
    Then the attack succeeds
    And on its positive control it succeeds

  @scheme:mqtt-present @req:FIND-1 @attack:finding-keys-are-truncated
  Scenario: Of a session key of 256 bits only the first 80 or 128 count
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries finding-keys-are-truncated
    Then the attack succeeds
    And on its positive control it succeeds
