Feature: Exact cycles of an AVR
  simavr counts every cycle of an ATmega and writes each edge of its trigger pin with the cycle it came at. Cycles are what the real chip takes
  for the same image; three equal ones are complete.

  # A block of PRESENT, its key schedule apart: 4,034 cycles are the best published for an AVR (2021), 8,721 an earlier one.
  @req:TIME-1
  Scenario: An ATmega1284P keeps its budgets in cycles
    Then avr1284 keeps these budgets
      | operation       | budget                                       |
      | present-encrypt | at most 4500 cycles                          |
      | present-key     | at most 4500 cycles                          |
      | sha256          | at most 120 thousand cycles                  |
      | p256-mul        | at most 50 million cycles                    |
      | key.put         | at most 30 thousand cycles                   |
      | seal 16 bytes   | at most 20 thousand cycles on emulated-cycles |
      | open 16 bytes   | at most 21 thousand cycles                   |

  @req:TIME-1
  Scenario: An ATmega328P keeps its budgets in cycles
    Then avr keeps these budgets
      | operation       | budget                      |
      | present-encrypt | at most 4500 cycles         |
      | present-key     | at most 4500 cycles         |
      | sha256          | at most 125 thousand cycles |
      | p256-mul        | at most 62 million cycles   |
      | seal 16 bytes   | at most 20 thousand cycles  |

  @req:TIME-4
  Scenario Outline: The counter of an ATmega1284P and its trigger pin agree to the cycle
    When avr1284 runs "<operation>" 3 times
    Then the device clock of avr1284 agrees with the trigger clock

    Examples:
      | operation       |
      | empty           |
      | present-encrypt |
      | sha256          |
      | seal            |

  @req:TIME-3
  Scenario: Cycles of an emulated board are no time
    When avr1284 seals 16 bytes 3 times
    Then a budget of 40 ms at max for "seal 16 bytes" of avr1284 is not judged, being for another provenance

  @req:TIME-2
  Scenario Outline: Each secret takes the same cycles
    Then the time of "<subject>" of avr1284 tells nothing about its secrets over <n> samples

    Examples:
      | subject      | n  |
      | present-key  | 20 |
      | present-data | 50 |
      | hop-tag      | 20 |
