Feature: Logging in with framed hashes
  Profile framed gives every hash its label and every field its length, so that no two handshakes hash the same bytes.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-1
  Scenario Outline: The right password opens a session with framed hashes
    Given <device> is enrolled at the broker with profile framed on group <group>
    When <device> logs in
    Then the login succeeds
    And <device> and the broker hold the same session key

    Examples:
      | device | group         |
      | host   | modp2048-q256 |
      | host   | rfc3526-14    |
      | host   | p256          |
      | board  | modp2048-q256 |
      | board  | p256          |

  @req:AUG-2
  Scenario Outline: A wrong password is refused with framed hashes
    Given <device> is enrolled at the broker with profile framed on group p256
    But <device> was given another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-4
  Scenario Outline: A rogue broker is found out with framed hashes
    Given <device> is enrolled at the broker with profile framed on group p256
    And a rogue broker that makes up the verifier of <device>
    When <device> logs in to the rogue broker
    Then <device> aborts with BAD-TAG
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |
