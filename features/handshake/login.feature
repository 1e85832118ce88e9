@scheme:mqtt-present
Feature: Logging in with a password
  A device and the broker prove to each other that they know the password, or its verifier, without sending either.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-1
  Scenario Outline: The right password opens a session
    Given <device> is enrolled at the broker with profile <profile> on group <group>
    When <device> logs in
    Then the login succeeds
    And <device> and the broker hold the same session key

    Examples:
      | device | profile      | group         |
      | host   | as-published | modp2048-q256 |
      | host   | as-published | p256          |
      | host   | rfc6628      | modp2048-q256 |
      | host   | rfc6628      | p256          |
      | board  | as-published | modp2048-q256 |
      | board  | as-published | p256          |
      | board  | rfc6628      | modp2048-q256 |
      | board  | rfc6628      | p256          |

  @req:AUG-2
  Scenario Outline: A wrong password on the device is refused
    Given <device> is enrolled at the broker
    But <device> was given another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-2
  Scenario Outline: An account made from another password refuses the device
    Given <device> is enrolled at the broker
    But the account of <device> was made from another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-3
  Scenario Outline: An unknown client is refused exactly like a wrong password
    Given <device> is enrolled at the broker
    But <device> was given another password
    When <device> logs in through a tap
    And the account of <device> is removed
    And <device> logs in through a tap
    Then both logins are refused with reason 0x87
    And both refusals are alike, byte for byte, but for the broker's Y

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-4
  Scenario Outline: A broker that does not know the verifier is found out
    Given <device> is enrolled at the broker
    And a rogue broker that makes up the verifier of <device>
    When <device> logs in to the rogue broker
    Then <device> aborts with BAD-TAG
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-4
  Scenario Outline: A broker of another name is refused
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap <renames> in its answer
    And <device> logs in
    Then the attack was carried out
    And <device> aborts with BAD-SERVER
    And <device> holds no session key

    Examples:
      | device | renames                                   |
      | host   | renames the broker                        |
      | board  | renames the broker                        |
      | host   | lengthens the broker's name               |
      | board  | lengthens the broker's name               |
      | host   | cuts the last letter off the broker's name |
      | board  | cuts the last letter off the broker's name |

  @req:AUG-6
  Scenario Outline: Two handshakes share no key
    Given <device> is enrolled at the broker
    When <device> logs in 3 times
    Then all 3 session keys differ
    And no handshake message occurs twice

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-6
  Scenario Outline: After a refused login the right password still works
    Given <device> is enrolled at the broker
    But <device> was given another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87
    When <device> is given the right password
    And <device> logs in
    Then the login succeeds
    And <device> and the broker hold the same session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-11
  Scenario Outline: Guessing locks an account, and nobody else's
    Given <device> is enrolled at the broker
    And <other> is enrolled at the broker
    But <device> was given another password
    When <device> logs in 10 times in vain
    And <device> is given the right password
    And <device> logs in
    Then the broker refuses the login with reason 0x87
    And <device> holds no session key
    And the next login of <other> succeeds

    Examples:
      | device | other |
      | host   | board |
      | board  | host  |
