@scheme:mqtt-present
Feature: Elements outside the group
  0, 1 and p-1 would tell an attacker the key; lengths and encodings that differ from the one allowed are refused as well.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-5
  Scenario Outline: An element outside the group ends the handshake
    Given <device> is enrolled at the broker on group <group>
    And a tap between <device> and the broker
    When the broker answers the login of <device> with Y = <element>
    Then <device> aborts with BAD-ELEMENT
    And <device> holds no session key
    And the next login of <device> succeeds

    Examples: of the MODP group
      | device | group         | element        |
      | host   | modp2048-q256 | zero           |
      | board  | modp2048-q256 | zero           |
      | host   | modp2048-q256 | one            |
      | board  | modp2048-q256 | one            |
      | host   | modp2048-q256 | p-1            |
      | board  | modp2048-q256 | p-1            |
      | host   | modp2048-q256 | p              |
      | board  | modp2048-q256 | p              |
      | host   | modp2048-q256 | p+1            |
      | board  | modp2048-q256 | p+1            |
      | host   | modp2048-q256 | one byte short |
      | board  | modp2048-q256 | one byte short |

    Examples: of the curve
      | device | group | element       |
      | host   | p256  | off the curve |
      | board  | p256  | off the curve |
      | host   | p256  | infinity      |
      | board  | p256  | infinity      |
      | host   | p256  | all zero      |
      | board  | p256  | all zero      |
      | host   | p256  | compressed    |
      | board  | p256  | compressed    |
      | host   | p256  | hybrid        |
      | board  | p256  | hybrid        |
      | host   | p256  | x at p        |
      | board  | p256  | x at p        |
      | host   | p256  | y over p      |
      | board  | p256  | y over p      |

  @req:AUG-5
  Scenario Outline: The broker refuses a client's element outside the group
    Given <device> is enrolled at the broker on group <group>
    And a tap between <device> and the broker
    When the tap replaces X by <element>
    And <device> logs in
    Then the broker refuses the login with reason 0x82
    And <device> holds no session key

    Examples:
      | device | group         | element       |
      | host   | modp2048-q256 | zero          |
      | board  | modp2048-q256 | zero          |
      | host   | modp2048-q256 | one           |
      | board  | modp2048-q256 | one           |
      | host   | modp2048-q256 | p-1           |
      | board  | modp2048-q256 | p-1           |
      | host   | p256          | off the curve |
      | board  | p256          | off the curve |
      | host   | p256          | empty         |
      | board  | p256          | empty         |
      | host   | p256          | x at p        |
      | board  | p256          | x at p        |
      | host   | p256          | y over p      |
      | board  | p256          | y over p      |
