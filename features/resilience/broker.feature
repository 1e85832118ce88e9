@scheme:mqtt-present
Feature: A broker that goes away
  A login that cannot be finished ends at once, says why, and leaves no key behind.

  Background:
    Given a broker with enhanced authentication

  @req:MQTT-1
  Scenario Outline: The broker is stopped in the middle of a handshake
    Given <device> is enrolled at the broker
    When the broker is stopped after it received X of <device>
    And <device> logs in
    Then the login ends because the broker is gone
    And <device> holds no session key
    When the broker is started again
    Then the next login of <device> succeeds

    Examples:
      | device |
      | host   |
      | board  |

  @req:MQTT-1
  Scenario Outline: A broker that never answers
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap holds back the broker's Y
    And <device> logs in with 2 seconds of patience
    Then the login ends because the broker did not answer in time
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:MQTT-2
  Scenario Outline: Bytes that are no MQTT disturb nobody else
    Given <device> is enrolled at the broker
    When a stranger sends the broker <bytes>
    Then the broker closes that connection
    And the next login of <device> succeeds

    Examples:
      | device | bytes                                |
      | host   | 64 bytes of noise                    |
      | board  | 64 bytes of noise                    |
      | host   | a packet over the size limit         |
      | board  | a packet over the size limit         |
      | host   | a CONNECT cut in the middle          |
      | board  | a CONNECT cut in the middle          |
      | host   | an AUTH before any CONNECT           |
      | board  | an AUTH before any CONNECT           |
