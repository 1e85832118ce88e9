Feature: An epoch of the hardened scheme belongs to those who read it

  @scheme:hardened @req:HARD-4
  Scenario: A late listener opens nothing that was recorded before it joined
    Given a hardened broker for host and 1 listener on "lab/level"
    And host and every listener are ready to talk
    When host publishes 16 bytes
    Then every listener opens the same payload
    When a late listener joins
    Then a new epoch has begun
    And the late listener opens nothing that was published before it joined
    When host publishes 24 bytes
    Then every listener opens the same payload

  @scheme:hardened @req:HARD-4
  Scenario: A revoked listener opens nothing of the next epoch
    Given a hardened broker for host and 2 listeners on "lab/level"
    And host and every listener are ready to talk
    When host revokes listener 2
    And host publishes 16 bytes
    Then listener 2 gets nothing of it
    And a new epoch has begun

  @scheme:hardened @req:HARD-4
  Scenario Outline: After a power cycle nothing that was sent before is taken
    Given a hardened broker for host and 2 listeners on "lab/level"
    And host and every listener are ready to talk
    When host publishes 16 bytes
    Then every listener opens the same payload
    When <side> loses its power and logs in again
    Then a new epoch has begun
    And no listener takes again what was sent before
    When host publishes 16 bytes
    Then every listener opens the same payload

    Examples:
      | side          |
      | the publisher |
      | listener 1    |

  @scheme:hardened @req:HARD-4
  Scenario: A lost epoch costs its messages, and the next one tells how many
    Given a hardened broker for host and 1 listener on "lab/level"
    And a tap on every connection
    And host and every listener are ready to talk
    When the keys of the next epoch never reach listener 1
    And host publishes 16 bytes
    Then listener 1 gets nothing of it
    When the publisher begins an epoch
    And host publishes 24 bytes
    Then every listener opens the same payload
    And every listener knows of 1 missing message
