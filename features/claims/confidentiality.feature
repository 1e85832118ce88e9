@claims @claim:DC
Feature: Data confidentiality
  No plaintext is on any wire, and equal blocks and equal messages are not recognisable.

  @req:CLAIM-6 @attack:dc-plaintext-on-the-wire
  Scenario Outline: No reading stands on any wire in clear
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-plaintext-on-the-wire
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

  @req:CLAIM-6 @attack:dc-equal-blocks
  Scenario Outline: Equal fields of reports cannot be recognised
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-equal-blocks
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

  @req:CLAIM-6 @attack:dc-keystream-reuse
  Scenario Outline: No two messages share their keystream, across logins and a re-authentication either
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-keystream-reuse
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

  @req:CLAIM-6 @attack:dc-equal-messages
  Scenario Outline: Equal messages cannot be recognised
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-equal-messages
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

  @scheme:mqtt-present @req:CLAIM-6 @attack:dc-equal-blocks
  Scenario: Equal fields under a key of 80 bits
    Given mqtt-present with 80-bit keys between a publisher, a broker and a subscriber
    When the adversary tries dc-equal-blocks
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
