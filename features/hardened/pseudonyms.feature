Feature: Each login of the hardened scheme has a name of its own

  @scheme:hardened @req:HARD-2
  Scenario: Nobody is recognised on the wire
    Given a hardened broker for host and 2 listeners on "lab/level"
    And a tap on every connection
    And host and every listener are ready to talk
    When host publishes 16 bytes
    And the publisher loses its power and logs in again
    And host publishes 24 bytes
    Then the wire names no client and no topic, and no ClientId twice

  @scheme:hardened @req:HARD-2
  Scenario: A clone is told
    Given a hardened broker for host and 1 listener on "lab/level"
    And host and every listener are ready to talk
    When a clone of host logs in with a pseudonym that was used
    Then the broker refuses the clone and tells that the pseudonym of host came again
    And host is still connected

  @scheme:hardened @req:HARD-3
  Scenario: Logins that never reach the broker do no harm
    Given a hardened broker for host and 1 listener on "lab/level"
    When 1000 logins of host never reach the broker
    And host logs in
    Then the login succeeds
    And host and the broker hold the same session key

  @scheme:hardened @req:HARD-3
  Scenario: The login past the window is refused
    Given a hardened broker for host and 1 listener on "lab/level"
    When 1024 logins of host never reach the broker
    And host logs in
    Then the broker refuses the login with reason 0x87

  @scheme:hardened @req:HARD-3
  Scenario: A device that lost its numbers does not go on
    Given a hardened broker for host and 1 listener on "lab/level"
    And host and every listener are ready to talk
    When host forgets the numbers that never repeat
    And host logs in
    Then host aborts with NO-SEED
