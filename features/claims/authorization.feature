@claims @claim:A
Feature: Authorization
  Without a grant no message is accepted and no plaintext read; a revoked token is refused, and so is a leaked one.

  @req:CLAIM-9 @attack:a-publish-without-grant
  Scenario Outline: Who has no grant publishes nothing that a subscriber takes
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries a-publish-without-grant
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

  @req:CLAIM-9 @attack:a-read-without-grant
  Scenario Outline: Who has no grant reads nothing
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries a-read-without-grant
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

  @scheme:mqtt-present @req:CLAIM-9 @attack:a-read-by-unrolling
  Scenario: A paired publisher cannot read what others publish to the same subscriber
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries a-read-by-unrolling
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:mqtt-auth @req:CLAIM-9 @attack:a-revoked-reader
  Scenario: Who lost the right to read reads no more
    Given mqtt-auth between a publisher, a broker and a subscriber
    When the adversary tries a-revoked-reader
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:mqtt-auth @req:CLAIM-9 @attack:a-revoked-publisher
  Scenario: Who lost the right to publish publishes no more
    Given mqtt-auth between a publisher, a broker and a subscriber
    When the adversary tries a-revoked-publisher
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:mqtt-auth @req:CLAIM-9 @attack:a-leaked-token
  Scenario: A leaked token is of no use to another account
    Given mqtt-auth between a publisher, a broker and a subscriber
    When the adversary tries a-leaked-token
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:hardened @req:CLAIM-9 @attack:a-revoked-reader
  Scenario: A subscriber that was revoked reads nothing of the next epoch
    Given hardened between a publisher, a broker and a subscriber
    When the adversary tries a-revoked-reader
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
