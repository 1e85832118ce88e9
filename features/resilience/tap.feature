Feature: Rules and ready attacks at the tap
  The tap takes the same rules and attacks in a scenario as "harness tap" does before a broker of one's own.

  @req:TAP-1
  Scenario: Messages that a rule holds back come in order
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And a tap on every connection
    And the tap has the rule "hold publish to-broker topic=lab/climate for=300ms"
    And host and board are logged in
    When board publishes 2 numbered messages
    Then host opens all of them in order
    And the rule "hold publish to-broker topic=lab/climate for=300ms" was carried out

  @req:TAP-1
  Scenario: A login whose proof a rule alters is refused
    Given a broker with enhanced authentication
    And host is enrolled at the broker
    And a tap between host and the broker
    And the tap has the rule "flip V_C bit=3"
    When host logs in
    Then the rule "flip V_C bit=3" was carried out
    And the broker refuses the login with reason 0x87

  @req:TAP-2
  Scenario Outline: A ready attack on a login does not win
    Given a broker with enhanced authentication
    And host is enrolled at the broker
    And a tap between host and the broker
    And the tap tries the attack "<attack>"
    When host logs in
    Then the attack "<attack>" does not win

    Examples:
      | attack            |
      | password-in-clear |
      | stolen-name       |
      | unproven-broker   |

  @req:TAP-2
  Scenario: A login whose proof an attack alters is refused, and the next one is let in
    Given a broker with enhanced authentication
    And host is enrolled at the broker
    And a tap between host and the broker
    And the tap tries the attack "altered-proof"
    When host logs in
    And host logs in
    Then the attack "altered-proof" does not win
