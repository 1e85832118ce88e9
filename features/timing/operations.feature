Feature: What single operations take
  Nothing but the operation runs while it is timed. Each device is calibrated first: the floor that comes of it stands beside every number, and
  no budget finer than it is judged. Exact counts need three equal samples; times need a thousand for a p99.

  @req:TIME-1
  Scenario: A board keeps all its budgets
    Then board keeps these budgets
      | operation       | budget                                            |
      | present-encrypt | at most 2 thousand instructions                   |
      | present-key     | at most 8 thousand instructions                   |
      | sha256          | at most 6 thousand instructions                   |
      | p256-mul        | at most 5 million instructions                    |
      | modexp          | at most 15 million instructions                   |
      | aug.step        | at most 16 million instructions                   |
      | key.put         | at most 35 thousand instructions                  |
      | seal 16 bytes   | at most 12 thousand instructions at p99 over 1000 samples |
      | open 16 bytes   | at most 24 thousand instructions                  |

  @req:TIME-1
  Scenario: The host keeps all its budgets
    Then host keeps these budgets
      | operation       | budget                              |
      | present-encrypt | at most 1 ms at p50                 |
      | sha256          | at most 1 ms at p50                 |
      | p256-mul        | at most 500 ms at p50               |
      | modexp          | at most 1 s at p50                  |
      | seal 16 bytes   | at most 10 ms at p50                |
      | publish-receive | at most 2 s at p50 by the host clock |

  @req:TIME-2
  Scenario Outline: An operation takes the same count every time
    When board runs "<operation>" 3 times
    Then all samples of "<operation>" of board are equal

    Examples:
      | operation       |
      | present-encrypt |
      | present-key     |
      | p256-mul        |
      | modexp          |
      | key.put         |

  @req:TIME-4
  Scenario Outline: The counter of a board and its trigger pin agree
    When board runs "<operation>" 3 times
    Then the device clock of board agrees with the trigger clock

    Examples:
      | operation       |
      | empty           |
      | present-encrypt |
      | sha256          |
      | p256-mul        |
      | seal            |

  @req:TIME-3
  Scenario: A budget finer than the floor is not judged
    When host runs "empty" 1000 times
    Then a budget of 1 ns at p50 for "empty" of host is not judged, being finer than the floor

  @req:TIME-3
  Scenario: A budget for a real board is not judged on an emulated one
    When board seals 16 bytes 3 times
    Then a budget of 40 ms at p99 on hardware for "seal 16 bytes" of board is not judged, being for another provenance

  @req:TIME-3
  Scenario: A budget over a thousand samples is not judged over ten
    When host seals 16 bytes 10 times
    Then a budget of 1 s at p50 over 1000 samples for "seal 16 bytes" of host is not judged, being over too few samples

  @req:TIME-1 @hardware
  Scenario: Sealing a reading leaves time for the control loop
    When board seals 16 bytes 1000 times
    Then "seal 16 bytes" takes at most 40 ms at p99 over 1000 samples on hardware

  @req:TIME-4 @hardware
  Scenario: A board's clock and its trigger line agree
    When board seals 16 bytes 100 times
    Then the device clock agrees with the trigger clock
