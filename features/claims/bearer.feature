@claims
Feature: Codes and tokens in CONNECT
  Niruntasukrat et al. 2016 as deployed (OAuth 1.0a, then a code under a timestamp), which its paper ticks for man in the middle and replay, and a JSON web token as control.

  @claim:UA @req:CLAIM-1 @attack:ua-same-bearer
  Scenario Outline: A device is not recognised by its logins
    Given <scheme> between a device and its broker
    When the adversary tries ua-same-bearer
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:MA @req:CLAIM-2 @attack:ma-rogue-bearer-broker
  Scenario Outline: A broker has to prove that it is the device's
    Given <scheme> between a device and its broker
    When the adversary tries ma-rogue-bearer-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:MITM @req:CLAIM-3 @attack:mitm-substituted-after-connect
  Scenario Outline: No message is put in the place of a device's after its login
    Given <scheme> between a device and its broker
    When the adversary tries mitm-substituted-after-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-captured-connect
  Scenario Outline: A captured CONNECT is not taken again
    Given <scheme> between a device and its broker
    When the adversary tries replay-captured-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-stale-connect
  Scenario Outline: A captured CONNECT is not taken when it is stale
    Given <scheme> between a device and its broker
    When the adversary tries replay-stale-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:DC @req:CLAIM-6 @attack:dc-clear-after-connect
  Scenario Outline: A reading cannot be read on the wire after a login
    Given <scheme> between a device and its broker
    When the adversary tries dc-clear-after-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:DI @req:CLAIM-8 @attack:di-flipped-after-connect
  Scenario Outline: A message that is altered after a login is not taken
    Given <scheme> between a device and its broker
    When the adversary tries di-flipped-after-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |

  @claim:A @req:CLAIM-9 @attack:a-revoked-bearer
  Scenario Outline: A device that lost its right connects no more
    Given <scheme> between a device and its broker
    When the adversary tries a-revoked-bearer
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:niruntasukrat-2016
    Examples:
      | scheme             |
      | niruntasukrat-2016 |

    @scheme:jwt
    Examples:
      | scheme |
      | jwt    |
