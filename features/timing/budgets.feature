@scheme:mqtt-present
Feature: Every operation keeps its budget
  On an emulated Cortex-M4 the unit is instructions, counted exactly; they are not called cycles and prove nothing about a real board's time.
  On the host the unit is wall time, and the budgets are wide: they catch a hang, not a slow day.

  Background:
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys

  @req:TIME-1
  Scenario: Each operation of a board stays within its budget
    Given host and board are logged in
    When board publishes 16 bytes 3 times
    And host publishes 16 bytes 3 times
    Then the operations of board stay within
      | operation  | limit                    | statistic |
      | aug.init   | 60 million instructions  | max       |
      | aug.step   | 80 million instructions  | max       |
      | aug.finish | 60 thousand instructions | max       |
      | key.put    | 400 thousand instructions | max      |
      | seal       | 200 thousand instructions | max      |
      | open       | 200 thousand instructions | max      |

  @req:TIME-1
  Scenario: Each operation of the host stays within its budget
    Given host and board are logged in
    When board publishes 16 bytes 3 times
    And host publishes 16 bytes 3 times
    Then the operations of host stay within
      | operation  | limit  | statistic |
      | aug.init   | 2 s    | max       |
      | aug.step   | 2 s    | max       |
      | aug.finish | 500 ms | max       |
      | key.put    | 500 ms | max       |
      | seal       | 500 ms | max       |
      | open       | 500 ms | max       |

  @req:TIME-1
  Scenario: The same operation on the same data takes the same number of instructions
    Given host and board are logged in
    When board publishes 16 bytes 3 times
    Then all samples of "seal" of board are equal

  @req:TIME-2
  Scenario: A constant-time login does not depend on the password
    Given board is enrolled at the broker
    When board logs in with passwords "a" and "a much longer and quite different pass phrase"
    Then "aug.step" of board took the same in both logins
