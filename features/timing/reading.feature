@scheme:mqtt-present
Feature: One reading on its way keeps its budget
  The scenario that README.md shows as a first feature of one's own.

  @req:MP-1 @req:TIME-1
  Scenario: The board's readings reach the host in time
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    And host and board are logged in
    When board publishes a reading of the BME280
    Then host opens the same reading
    And "seal" of board takes at most 200 thousand instructions at max
