@scheme:scram
Feature: Logging in by SCRAM-SHA-256
  A device and the broker prove to each other that they know the password, or what was computed of it. No key comes of it: payloads travel as they are.

  Background:
    Given a broker of scram for host

  @req:SCRAM-1
  Scenario: The right password opens a session
    When host logs in
    Then the login succeeds
    And host and the broker saw the same exchange

  @req:SCRAM-2
  Scenario: A wrong password is refused
    Given host was given another password
    When host logs in
    Then the broker refuses the login with reason 0x87

  @req:SCRAM-2
  Scenario: A client without an account is refused alike
    When the account of host is removed
    And host logs in
    Then the broker refuses the login with reason 0x87

  @req:SCRAM-3
  Scenario Outline: A device computes for no broker that asks for too few iterations, or for too many
    Given a tap on every connection
    When the tap changes the iterations to <count>
    And host logs in
    Then host aborts with BAD-ITERATIONS

    Examples:
      | count    |
      | 4095     |
      | 1        |
      | 99999999 |

  @req:SCRAM-3
  Scenario: A nonce that does not extend the client's ends the login
    Given a tap on every connection
    When the tap answers with a nonce that does not extend the client's
    And host logs in
    Then host aborts with BAD-NONCE

  @req:SCRAM-4
  Scenario: A forged signature of the broker is refused
    Given a tap on every connection
    When the tap forges the broker's signature
    And host logs in
    Then host aborts with BAD-TAG

  @req:SCRAM-4
  Scenario: Another salt on the way leads to no login
    Given a tap on every connection
    When the tap changes the salt
    And host logs in
    Then the broker refuses the login with reason 0x87

  @req:SCRAM-4
  Scenario: An altered proof is refused
    Given a tap on every connection
    When the tap cuts the last byte off V_C
    And host logs in
    Then the broker refuses the login with reason 0x82

  @req:SCRAM-5
  Scenario: A device authenticates again on its connection
    When host logs in
    And host re-authenticates
    Then the re-authentication succeeds
    And host and the broker saw the same exchange
