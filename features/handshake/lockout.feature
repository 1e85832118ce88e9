@scheme:mqtt-present
Feature: Guessing passwords
  Wrong passwords in a row lock a name out for a while. Names that have no account are locked out alike, so that nobody learns which have one.

  Background:
    Given a broker that locks a name out for 30 seconds after 3 wrong passwords

  @req:AUG-11
  Scenario Outline: A name that was locked out may log in again after the back-off
    Given <device> is enrolled at the broker on group p256
    But <device> was given another password
    When <device> is refused 3 times with reason 0x87
    And <device> is given the right password
    And 29 seconds pass at the broker
    And <device> logs in
    Then the broker refuses the login with reason 0x87
    And the broker had locked <device> out
    When 1 second passes at the broker
    And <device> logs in
    Then the login succeeds
    And <device> and the broker hold the same session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-11
  Scenario Outline: A login that succeeds in time starts the count anew
    Given <device> is enrolled at the broker on group p256
    But <device> was given another password
    When <device> is refused 2 times with reason 0x87
    Then the next login of <device> succeeds
    Given the account of <device> was made from another password
    When <device> is refused 2 times with reason 0x87
    Then the next try of <device> is judged, not locked out

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-11 @req:AUG-3
  Scenario Outline: An unknown name is locked out exactly like a known one
    Given <device> is enrolled at the broker on group p256
    And <other> is enrolled at the broker on group p256
    And a tap on every connection
    But <device> was given another password
    When the account of <other> is removed
    And <device> is refused 4 times with reason 0x87
    And <other> is refused 4 times with reason 0x87
    Then the broker had locked <device> out
    And all 8 refusals are alike, byte for byte, but for the broker's Y

    Examples:
      | device | other |
      | host   | board |
      | board  | host  |
