@scheme:mqtt-present
Feature: Logging in by messages on topics
  For MQTT 3.1.1 and brokers that know no enhanced authentication, the handshake travels in messages on topics of the client.

  Background:
    Given a broker that takes logins on topics

  @req:AUG-1
  Scenario Outline: The right password opens a session on topics
    Given <device> is enrolled at the broker on group <group>
    When <device> logs in
    Then the login succeeds
    And <device> and the broker hold the same session key

    Examples:
      | device | group         |
      | host   | modp2048-q256 |
      | host   | p256          |
      | board  | modp2048-q256 |
      | board  | p256          |

  @req:AUG-2
  Scenario Outline: A wrong password is refused on topics
    Given <device> is enrolled at the broker on group p256
    But <device> was given another password
    When <device> logs in
    Then the broker refuses the login with reason 0x87
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-5
  Scenario Outline: An element outside the group ends a login on topics
    Given <device> is enrolled at the broker on group <group>
    And a tap between <device> and the broker
    When the tap answers the login of <device> on its topic with Y = <element>
    Then the attack was carried out
    And <device> aborts with BAD-ELEMENT
    And <device> holds no session key
    And the next login of <device> succeeds

    Examples:
      | device | group         | element       |
      | host   | modp2048-q256 | p-1           |
      | board  | modp2048-q256 | p-1           |
      | host   | p256          | off the curve |
      | board  | p256          | off the curve |

  @req:AUG-7
  Scenario Outline: A proof of the broker altered on its topic is refused
    Given <device> is enrolled at the broker on group p256
    And a tap between <device> and the broker
    When the tap flips one bit of V_S on its topic
    And <device> logs in
    Then the attack was carried out
    And <device> aborts with BAD-TAG
    And <device> holds no session key

    Examples:
      | device |
      | host   |
      | board  |

  @req:AUG-9
  Scenario Outline: A proof that comes twice on its topic is answered twice and counts once
    Given <device> is enrolled at the broker on group p256
    And a tap between <device> and the broker
    When the tap sends V_C on its topic twice
    And <device> logs in
    Then the attack was carried out
    And the login succeeds
    And <device> and the broker hold the same session key
    And the broker has accepted 1 login of <device>

    Examples:
      | device |
      | host   |
      | board  |
