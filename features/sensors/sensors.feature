@modelled-sensors
Feature: Sensors
  The rig's sensors are chips of Iot.Device.Bindings, here models down to their registers that the package's own drivers read.

  @req:SENS-1
  Scenario Outline: A sensor reads what is there
    Given the <sensor> model senses a <quantity> of <value> <unit>
    Then the <sensor> reads a <quantity> within ± <tolerance> <unit> of <value> <unit>
    And the <sensor> reports good

    Examples:
      | sensor  | quantity    | value  | unit | tolerance |
      | BME280  | temperature | 21.5   | °C   | 0.05      |
      | BME280  | temperature | -17.3  | °C   | 0.05      |
      | BME280  | humidity    | 61.5   | %    | 0.1       |
      | BMP280  | pressure    | 987.6  | hPa  | 0.2       |
      | SHT3x   | temperature | 42.4   | °C   | 0.1       |
      | SHT3x   | humidity    | 12.5   | %    | 0.1       |
      | MCP9808 | temperature | -9.25  | °C   | 0.07      |
      | LM75    | temperature | -40.5  | °C   | 0.13      |
      | Si7021  | temperature | 85     | °C   | 0.1       |
      | Si7021  | humidity    | 55     | %    | 0.6       |
      | BH1750  | illuminance | 320    | lx   | 1         |
      | ADS1115 | voltage     | 1.234  | V    | 0.001     |
      | INA219  | current     | 24.3   | mA   | 0.2       |
      | INA219  | current     | -12    | mA   | 0.2       |
      | INA219  | bus-voltage | 3.3    | V    | 0.004     |
      | DS18B20 | temperature | -10.5  | °C   | 0.07      |
      | MCP3008 | voltage     | 2.5    | V    | 0.004     |

  @req:SENS-2
  Scenario: A change is a change
    Given the SHT3x model senses a temperature of 21.5 °C
    When the SHT3x is read
    And the SHT3x model senses a temperature of 23.5 °C
    Then the temperature of the SHT3x changes by at least 1.9 °C

  @req:SENS-3
  Scenario Outline: Each fault has its name, and a chip that comes back is set up again
    Given the <sensor> is read
    When the <sensor> model has the fault <fault>
    Then the <sensor> reports <quality>
    When the <sensor> model has the fault none
    Then the <sensor> reports returned
    And the <sensor> reports good

    Examples:
      | sensor  | fault          | quality        |
      | BME280  | another-chip   | wrong-chip     |
      | BMP280  | off-the-bus    | gone           |
      | SHT3x   | off-the-bus    | gone           |
      | SHT3x   | bad-checksum   | checksum-error |
      | SHT3x   | data-held-low  | stuck-bus      |
      | SHT3x   | clock-held-low | stuck-bus      |
      | MCP9808 | another-chip   | wrong-chip     |
      | MCP9808 | no-result      | not-a-number   |
      | LM75    | data-held-low  | stuck-bus      |
      | Si7021  | another-chip   | wrong-chip     |
      | BH1750  | off-the-bus    | gone           |
      | ADS1115 | another-chip   | wrong-chip     |
      | INA219  | off-the-bus    | gone           |
      | DS18B20 | off-the-bus    | gone           |
      | DS18B20 | bad-checksum   | checksum-error |
      | DS18B20 | data-held-low  | stuck-bus      |
      | DS18B20 | no-result      | implausible    |
      | MCP3008 | data-held-high | stuck-bus      |

  @req:SENS-3
  Scenario: A fault from before the first reading has its name too
    Given the LM75 model has the fault data-held-low
    Then the LM75 reports stuck-bus

  @req:SENS-4
  Scenario Outline: A reading travels sealed under every scheme
    Given a broker of <scheme> for <publisher> and <subscriber> on "lab/air"
    And <publisher> and <subscriber> are ready to talk
    When <publisher> publishes a reading of the <sensor>
    Then <subscriber> opens the same reading

    Examples:
      | scheme       | publisher | subscriber | sensor  |
      | mqtt-present | board     | host       | SHT3x   |
      | mqtt-present | host      | board      | DS18B20 |
      | augmqtt      | board     | host       | INA219  |
      | mqtt-auth    | host      | board      | BH1750  |

  @req:SENS-4
  Scenario Outline: A reading travels signed and sealed under the hardened scheme
    Given a hardened broker for host and 1 listener on "lab/air" <signatures> signatures
    And host and every listener are ready to talk
    When host publishes a reading of the SHT3x
    Then every listener opens the same payload

    Examples:
      | signatures |
      | with       |
      | without    |

  @req:SENS-5
  Scenario: A board reads a sensor of its own
    Given a broker of mqtt-present for board and host on "lab/air"
    And board and host are ready to talk
    When board publishes a reading of its own BME280
    Then host opens the same reading
    And the BME280 of board reads a temperature within ± 0.05 °C of 25.08 °C
    And the BME280 of board reads a pressure within ± 0.1 hPa of 1006.53 hPa
