Feature: Boards run the hardened scheme
  A board keeps its keys and does all that is secret; the harness carries its messages and keeps the numbers that never repeat.

  @scheme:hardened @req:HARD-6
  Scenario Outline: A board publishes to four listeners
    Given a hardened broker for board and 4 listeners on "lab/level" <signed> signatures under <cipher>
    And board and every listener are ready to talk
    When board publishes <bytes> bytes
    Then every listener opens the same payload
    And no listener takes again what was sent before

    Examples:
      | cipher         | signed  | bytes |
      | present128-eax | without | 10    |
      | present128-eax | with    | 16    |
      | ascon-aead128  | without | 256   |

  @scheme:hardened @req:HARD-6
  Scenario Outline: A board listens
    Given a hardened broker for host and 1 listener on "lab/level" <signed> signatures under <cipher>
    And board listens too
    And host and every listener are ready to talk
    When host publishes <bytes> bytes
    Then every listener opens the same payload
    And no listener takes again what was sent before

    Examples:
      | cipher         | signed  | bytes |
      | present128-eax | without | 0     |
      | ascon-aead128  | with    | 100   |

  @scheme:hardened @req:HARD-6
  Scenario Outline: A board that loses its power goes on in a new epoch
    Given a hardened broker for <publisher> and 1 listener on "lab/level"
    And <reader> listens too
    And <publisher> and every listener are ready to talk
    When <publisher> publishes 16 bytes
    Then every listener opens the same payload
    When the publisher loses its power and logs in again
    Then a new epoch has begun
    And no listener takes again what was sent before
    When <publisher> publishes 16 bytes
    Then every listener opens the same payload

    Examples:
      | publisher | reader |
      | board     | host   |
      | host      | board  |

  @scheme:hardened @req:HARD-6
  Scenario: A board revokes a listener
    Given a hardened broker for board and 2 listeners on "lab/level"
    And board and every listener are ready to talk
    When board revokes listener 2
    And board publishes 16 bytes
    Then listener 2 gets nothing of it
    And a new epoch has begun

  @scheme:hardened @req:HARD-6
  Scenario: A board that listens knows what it missed
    Given a hardened broker for host and 1 listener on "lab/level"
    And board listens too
    And host and every listener are ready to talk
    When the broker withholds 3 messages
    And host publishes 16 bytes
    Then every listener opens the same payload
    And every listener knows of 3 missing messages

  @long @scheme:hardened @req:HARD-6
  Scenario Outline: An ATmega1284P publishes
    Given a hardened broker for avr1284 and 2 listeners on "lab/level" <signed> signatures under <cipher>
    And avr1284 and every listener are ready to talk
    When avr1284 publishes 32 bytes
    Then every listener opens the same payload

    Examples:
      | cipher         | signed  |
      | present128-eax | with    |
      | ascon-aead128  | without |

  @long @scheme:hardened @req:HARD-6
  Scenario: An ATmega1284P listens
    Given a hardened broker for host and 1 listener on "lab/level" with signatures under present128-eax
    And avr1284 listens too
    And host and every listener are ready to talk
    When host publishes 32 bytes
    Then every listener opens the same payload
    And no listener takes again what was sent before
