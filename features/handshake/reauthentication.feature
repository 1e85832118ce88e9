@scheme:mqtt-present
Feature: Logging in again on the same connection
  A device that stays connected runs the handshake again. What it refuses takes the keys of the session before with it.

  @req:AUG-10
  Scenario Outline: A re-authentication brings a new session key
    Given a broker with enhanced authentication
    And <device> is enrolled at the broker
    And <device> is logged in
    When <device> re-authenticates
    Then the re-authentication succeeds
    And <device> and the broker hold the same session key
    And all 2 session keys differ

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-10
  Scenario Outline: A device that refuses a re-authentication keeps no key of before
    Given a broker that pairs <device> with <other> on "lab/climate" using 128-bit keys
    And a tap on every connection
    And <other> and <device> are logged in
    When the tap <attack>
    And <device> re-authenticates
    Then the attack was carried out
    And <device> aborts with <code>
    And <device> holds no session key
    When <device> seals 8 bytes
    Then <device> answers NO-KEY

    Examples:
      | device | other | attack                                      | code        |
      | host   | board | flips one bit of V_S                        | BAD-TAG     |
      | board  | host  | flips one bit of V_S                        | BAD-TAG     |
      | host   | board | replaces Y by one                           | BAD-ELEMENT |
      | board  | host  | replaces Y by one                           | BAD-ELEMENT |
      | host   | board | renames the broker in its answer            | BAD-SERVER  |
      | board  | host  | renames the broker in its answer            | BAD-SERVER  |

  @req:AUG-10
  Scenario Outline: The broker ends a connection whose re-authentication fails
    Given a broker with enhanced authentication
    And <device> is enrolled at the broker
    And a tap between <device> and the broker
    And <device> is logged in
    When the tap flips one bit of V_C
    And <device> re-authenticates
    Then the attack was carried out
    And the broker ends that connection with reason 0x87
    And the next login of <device> succeeds

    Examples:
      | device |
      | host   |
      | board  |

  @req:MP-6
  Scenario Outline: A new session key ends the traffic key of before
    Given a broker that pairs <device> with <other> on "lab/climate" using 128-bit keys
    And a tap on every connection
    And <other> and <device> are logged in
    When the tap holds back every key wrap for <device>
    And <device> re-authenticates
    Then the re-authentication succeeds
    And the attack was carried out
    When <device> seals 8 bytes
    Then <device> answers NO-KEY

    Examples:
      | device | other |
      | host   | board |
      | board  | host  |
