@scheme:mqtt-present
Feature: Tampering with the handshake
  Whoever alters, reflects or replays a message on the way gets no session out of either end.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-7
  Scenario Outline: The broker refuses a handshake in which the client's message was altered
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap <attack>
    And <device> logs in
    Then the attack was carried out
    And the broker refuses the login with reason <reason>
    And <device> holds no session key

    Examples:
      | device | attack                               | reason |
      | host   | flips one bit of V_C                 | 0x87   |
      | board  | flips one bit of V_C                 | 0x87   |
      | host   | flips the first bit of V_C           | 0x87   |
      | board  | flips the first bit of V_C           | 0x87   |
      | host   | flips the last bit of V_C            | 0x87   |
      | board  | flips the last bit of V_C            | 0x87   |
      | host   | cuts the last byte off V_C           | 0x82   |
      | board  | cuts the last byte off V_C           | 0x82   |
      | host   | replaces X by another valid element  | 0x87   |
      | board  | replaces X by another valid element  | 0x87   |
      | host   | replaces Y by another valid element  | 0x87   |
      | board  | replaces Y by another valid element  | 0x87   |
      | host   | reflects X as Y                      | 0x87   |
      | board  | reflects X as Y                      | 0x87   |

  @req:AUG-7
  Scenario Outline: The device refuses a handshake in which the broker's proof was altered
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap <attack>
    And <device> logs in
    Then the attack was carried out
    And <device> aborts with BAD-TAG
    And <device> holds no session key
    And the next login of <device> succeeds

    Examples:
      | device | attack                     |
      | host   | flips one bit of V_S       |
      | board  | flips one bit of V_S       |
      | host   | flips the first bit of V_S |
      | board  | flips the first bit of V_S |
      | host   | flips the last bit of V_S  |
      | board  | flips the last bit of V_S  |
      | host   | cuts the last byte off V_S |
      | board  | cuts the last byte off V_S |
      | host   | reflects V_C as V_S        |
      | board  | reflects V_C as V_S        |

  @req:AUG-8
  Scenario Outline: A client's proof or a broker's element recorded in one session opens no other
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    And the tap has recorded a login of <device>
    When the tap replays the recorded <message>
    And <device> logs in
    Then the attack was carried out
    And the broker refuses the login with reason 0x87
    And <device> holds no session key

    Examples:
      | device | message |
      | host   | V_C     |
      | board  | V_C     |
      | host   | Y       |
      | board  | Y       |

  @req:AUG-8
  Scenario Outline: A broker's proof recorded in one session opens no other
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    And the tap has recorded a login of <device>
    When the tap replays the recorded V_S
    And <device> logs in
    Then the attack was carried out
    And <device> aborts with BAD-TAG
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-8
  Scenario Outline: A whole recorded login opens no session for whoever replays it
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    And the tap has recorded a login of <device>
    When the recorded login is replayed to the broker
    Then the broker refuses the replay with reason 0x87
    And <device> is still connected

    Examples:
      | device |
      | host   |
      | board  |
