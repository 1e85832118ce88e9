@scheme:esfahani-2019
Feature: Hash and XOR between a sensor and its router
  Esfahani et al. 2019, as described: the equations are those of a third party's program, the binding to MQTT is ours. The broker is the router.

  @req:ESF-1
  Scenario Outline: A login ends with the same key on both sides
    Given <device> is registered as a sensor of esfahani-2019
    When <device> logs in at its router
    Then <device> and its router hold the same key

    Examples:
      | device |
      | host   |
      | board  |

  @req:ESF-1
  Scenario: An ATmega logs in
    Given avr1284 is registered as a sensor of esfahani-2019
    When avr1284 logs in at its router
    Then avr1284 and its router hold the same key

  @req:ESF-2
  Scenario Outline: An altered answer of the router is refused
    Given <device> is registered as a sensor of esfahani-2019
    When <device> logs in at its router, and byte <byte> of message 2 is altered
    Then <device> refuses its router

    Examples:
      | device | byte |
      | host   | 0    |
      | board  | 0    |
      | board  | 31   |
      | board  | 32   |
      | board  | 63   |
      | board  | 64   |
      | board  | 95   |

  @req:ESF-2
  Scenario Outline: An altered message of the sensor is refused
    Given board is registered as a sensor of esfahani-2019
    When board logs in at its router, and byte <byte> of message <message> is altered
    Then the router refuses board

    Examples:
      | byte | message |
      | 0    | 1       |
      | 32   | 1       |
      | 64   | 1       |
      | 127  | 1       |
      | 0    | 3       |
      | 31   | 3       |
