@scheme:mqtt-present
Feature: A board that misbehaves is a broken rig, never a failed or a passed device
  Faults on the serial line are survived where asking again can survive them, named where it cannot, and the board is usable afterwards.

  Background:
    Given a broker with enhanced authentication

  @req:BENCH-1
  Scenario: A silent board
    Given board is enrolled at the broker
    When board falls silent
    And board logs in
    Then the rig is reported broken because board is silent
    And board works again after a restart

  @req:BENCH-1
  Scenario: A board that talks garbage
    Given board is enrolled at the broker
    When board talks garbage only
    And board logs in
    Then the rig is reported broken because board talks garbage
    And board works again after a restart

  @req:BENCH-1
  Scenario: A board that vanishes in the middle of a handshake
    Given board is enrolled at the broker
    When board vanishes after it sent X
    And board logs in
    Then the rig is reported broken because board vanished
    And board works again after a restart

  @req:BENCH-2
  Scenario Outline: A fault on the serial line is survived and nothing runs twice
    Given board is enrolled at the broker
    When the line <fault>
    And board logs in
    Then the login succeeds
    And board and the broker hold the same session key
    And board ran each operation of the handshake once
    And the fault on the line of board is in the record

    Examples:
      | fault                                      |
      | loses the request of AUG.STEP              |
      | loses the reply to AUG.STEP                |
      | flips a bit in the request of AUG.STEP     |
      | flips a bit in the reply to AUG.STEP       |
      | doubles the request of AUG.STEP            |
      | doubles the reply to AUG.STEP              |

  @req:BENCH-3
  Scenario Outline: Bad input on the line gets an error, and the next line is served
    Given board is enrolled at the broker
    And board is logged in
    When <input> is sent to board
    Then board answers ERR <code>
    And board still answers ID
    And board still holds its session key

    Examples:
      | input                         | code   |
      | a line of 10000 bytes         | LENGTH |
      | a line with a wrong CRC       | CRC    |
      | a line without CRC            | CRC    |
      | an unknown verb               | VERB   |
      | a value that is not hex       | FORMAT |
      | 256 bytes of binary noise     | FORMAT |
      | a used number with other text | SEQ    |

  @req:BENCH-3
  Scenario Outline: What only tests may ask is refused by a product build
    Given board is enrolled at the broker
    And board is logged in
    When <input> is sent to board
    Then board answers ERR TEST-ONLY
    And board still holds its session key

    Examples:
      | input                      |
      | a scalar for the handshake |
      | a bare session key         |
      | a bare traffic key         |
      | a cipher mode              |

  @req:BENCH-4
  Scenario: An unseeded board refuses a handshake
    Given a freshly started board that nobody seeded
    When a handshake is begun on it
    Then it answers UNSEEDED

  @req:BENCH-5
  Scenario: A board that loses its power comes back without its keys
    Given board is enrolled at the broker
    And board is logged in
    When the power of board is cut for 200 ms
    Then board comes back without its keys
    And the next login of board succeeds
