@scheme:scram
Feature: Logging in by SCRAM-SHA-256
  A device and the broker prove to each other that they know the password, or what was computed of it. No key comes of it: payloads travel as they are.

  @req:SCRAM-1
  Scenario Outline: The right password opens a session
    Given a broker of scram for <device>
    When <device> logs in
    Then the login succeeds
    And <device> and the broker saw the same exchange

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-1 @long
  Scenario: An ATmega logs in
    Given a broker of scram for avr1284
    When avr1284 logs in
    Then the login succeeds
    And avr1284 and the broker saw the same exchange

  @req:SCRAM-2
  Scenario Outline: A wrong password is refused
    Given a broker of scram for <device>
    And <device> was given another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-2
  Scenario: A client without an account is refused alike
    Given a broker of scram for host
    When the account of host is removed
    And host logs in
    Then the broker refuses the login with reason 0x87

  @req:SCRAM-3
  Scenario Outline: A device computes for no broker that asks for too few iterations, or for too many
    Given a broker of scram for <device>
    And a tap on every connection
    When the tap changes the iterations to <count>
    And <device> logs in
    Then <device> aborts with BAD-ITERATIONS

    Examples:
      | device | count    |
      | host   | 4095     |
      | host   | 1        |
      | host   | 99999999 |
      | board  | 4095     |
      | board  | 65536    |

  @req:SCRAM-3
  Scenario Outline: A nonce that does not extend the client's ends the login
    Given a broker of scram for <device>
    And a tap on every connection
    When the tap answers with a nonce that does not extend the client's
    And <device> logs in
    Then <device> aborts with BAD-NONCE

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-4
  Scenario Outline: A forged signature of the broker is refused
    Given a broker of scram for <device>
    And a tap on every connection
    When the tap forges the broker's signature
    And <device> logs in
    Then <device> aborts with BAD-TAG

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-4
  Scenario Outline: Another salt on the way leads to no login
    Given a broker of scram for <device>
    And a tap on every connection
    When the tap changes the salt
    And <device> logs in
    Then the broker refuses the login with reason 0x87

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-4
  Scenario Outline: An altered proof is refused
    Given a broker of scram for <device>
    And a tap on every connection
    When the tap cuts the last byte off V_C
    And <device> logs in
    Then the broker refuses the login with reason 0x82

    Examples:
      | device |
      | host   |
      | board  |

  @req:SCRAM-5
  Scenario Outline: A device authenticates again on its connection
    Given a broker of scram for <device>
    When <device> logs in
    And <device> re-authenticates
    Then the re-authentication succeeds
    And <device> and the broker saw the same exchange

    Examples:
      | device |
      | host   |
      | board  |
