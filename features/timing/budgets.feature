@scheme:mqtt-present
Feature: Every operation keeps its budget
  On an emulated Cortex-M4 the unit is instructions, counted exactly; they are not called cycles and prove nothing about a real board's time.
  On the host the unit is wall time, and the budgets are wide: they catch a hang, not a slow day.

  @req:TIME-1
  Scenario: Each operation of a board stays within its budget while it publishes
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And host and board are logged in
    When board publishes 16 bytes 3 times
    Then the operations of board stay within
      | operation  | limit                     | statistic |
      | aug.init   | 16 million instructions   | max       |
      | aug.step   | 16 million instructions   | max       |
      | aug.finish | 2 thousand instructions   | max       |
      | key.put    | 35 thousand instructions  | max       |
      | seal       | 12 thousand instructions  | max       |

  @req:TIME-1
  Scenario: Each operation of a board stays within its budget while it subscribes
    Given a broker that pairs host with board on "lab/climate" using 80-bit keys
    And host and board are logged in
    When host publishes 16 bytes 3 times
    Then the operations of board stay within
      | operation  | limit                     | statistic |
      | aug.init   | 16 million instructions   | max       |
      | aug.step   | 16 million instructions   | max       |
      | key.put    | 35 thousand instructions  | max       |
      | open       | 24 thousand instructions  | max       |

  @req:TIME-1
  Scenario: Each operation of the host stays within its budget
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And host and board are logged in
    When board publishes 16 bytes 3 times
    Then the operations of host stay within
      | operation  | limit  | statistic |
      | aug.init   | 5 s    | max       |
      | aug.step   | 5 s    | max       |
      | aug.finish | 1 s    | max       |
      | key.put    | 1 s    | max       |
      | open       | 1 s    | max       |

  @req:TIME-2
  Scenario: The same operation on the same data takes the same number of instructions
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And host and board are logged in
    When board publishes 16 bytes 3 times
    Then all samples of "seal" of board are equal

  @req:TIME-2
  Scenario: The time of a login does not depend on the password
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And board is enrolled at the broker
    When board logs in with passwords "a" and "a much longer and quite different pass phrase"
    Then "aug.step" of board took the same in both logins
