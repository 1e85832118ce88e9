@scheme:mqtt-present
Feature: Messages repeated and out of order
  A handshake is four messages in one order. Anything else ends it, and never with a key.

  Background:
    Given a broker with enhanced authentication

  @req:AUG-9
  Scenario Outline: A message out of order is refused by the device
    Given <device> is enrolled at the broker
    When <device> is handed <message> <moment>
    Then <device> answers STATE
    And <device> holds no session key
    And the next login of <device> succeeds

    Examples:
      | device | message | moment                  |
      | host   | Y       | before it sent X        |
      | board  | Y       | before it sent X        |
      | host   | V_S     | before it sent X        |
      | board  | V_S     | before it sent X        |
      | host   | V_S     | before it received Y    |
      | board  | V_S     | before it received Y    |
      | host   | Y       | a second time           |
      | board  | Y       | a second time           |

  @req:AUG-9
  Scenario Outline: A refused message ends the handshake, and no second try follows
    Given <device> is enrolled at the broker
    And <device> refused <message>
    When <device> is handed <second> after that
    Then <device> answers STATE
    And <device> holds no session key
    And the next login of <device> succeeds

    Examples:
      | device | message                 | second |
      | host   | a Y outside the group   | Y      |
      | board  | a Y outside the group   | Y      |
      | host   | the Y of another broker | Y      |
      | board  | the Y of another broker | Y      |
      | host   | a V_S of zeros          | V_S    |
      | board  | a V_S of zeros          | V_S    |

  @req:AUG-9
  Scenario Outline: A message repeated on the way ends the handshake
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap <attack>
    And <device> logs in
    Then the attack was carried out
    And the login fails as a protocol error
    And <device> holds no session key

    Examples:
      | device | attack                                        |
      | host   | sends the broker's Y twice                    |
      | board  | sends the broker's Y twice                    |
      | host   | announces success in place of the broker's Y  |
      | board  | announces success in place of the broker's Y  |

  @req:AUG-9
  Scenario Outline: The client's proof sent twice gains nobody a second session
    Given <device> is enrolled at the broker
    And a tap between <device> and the broker
    When the tap sends V_C twice
    And <device> logs in
    Then the attack was carried out
    And the broker ends that connection as a protocol error
    And the next login of <device> succeeds

    Examples:
      | device |
      | host   |
      | board  |
