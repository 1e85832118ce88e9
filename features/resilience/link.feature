Feature: Links that are slow, lossy or cut
  A link does to a connection what TCP makes of it: a lost segment comes later, nothing is lost for good, and a cut ends the connection.

  @req:LINK-1
  Scenario Outline: A login survives a link that loses segments
    Given a broker with enhanced authentication
    And <device> is enrolled at the broker
    And a link with 5 ms delay, 20 % loss and seed 2 between <device> and the broker
    When <device> logs in
    Then the login succeeds
    And the link lost at least 1 segment
    And <device> and the broker hold the same session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:LINK-1
  Scenario: A login over a slow link takes as long as its messages
    Given a broker with enhanced authentication
    And host is enrolled at the broker
    And a link with 60 ms delay and 10 ms jitter between host and the broker
    When host logs in
    Then the login succeeds
    And the login of host took at least 0.36 s

  @req:LINK-2
  Scenario: Readings come in order over a link that loses a fifth
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And a link with 5 ms delay, 20 % loss, 256 kbit/s and seed 33 between board and the broker
    And host and board are logged in
    When board publishes 5 numbered messages
    Then host opens all of them in order
    And the link lost at least 1 segment

  @req:LINK-3
  Scenario: A device whose link was cut logs in again
    Given a broker with enhanced authentication
    And host is enrolled at the broker
    And a link with 5 ms delay between host and the broker
    And host is logged in
    When the link is cut
    Then host loses its connection
    And the next login of host succeeds
