@external
Feature: A device of one's own
  It logs in to the harness's broker by itself. What it sends, what it refuses and when it leaves is seen at the broker and at the tap.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-1
  Scenario: Its login succeeds and its message arrives
    Given the broker holds the account of external
    And a listener on "lab/external"
    When external is started
    Then external logs in by itself
    And the message "21.5 C" of external reaches the listener

  @req:AUG-2
  Scenario: An account made from another password refuses it
    Given the broker holds the account of external
    But the account of external was made from another password
    When external is started
    Then the broker refuses external for its password

  @req:AUG-4 @tap
  Scenario Outline: It does not go on with a broker whose proof was altered
    Given the broker holds the account of external
    And a tap between external and the broker
    When the tap <attack>
    And external is started
    Then external leaves without going on

    Examples:
      | attack                     |
      | flips one bit of V_S       |
      | cuts the last byte off V_S |
      | reflects V_C as V_S        |

  @req:AUG-5 @tap
  Scenario Outline: It proves nothing for an element outside the group
    Given the broker holds the account of external
    And a tap between external and the broker
    When the tap replaces Y by <element>
    And external is started
    Then external aborts without a proof

    Examples:
      | element        |
      | zero           |
      | one            |
      | p-1            |
      | p              |
      | p+1            |
      | one byte short |
      | empty          |

  @req:AUG-4 @tap
  Scenario: It proves nothing to a broker of another name
    Given the broker holds the account of external
    And a tap between external and the broker
    When the tap renames the broker in its answer
    And external is started
    Then external aborts without a proof
