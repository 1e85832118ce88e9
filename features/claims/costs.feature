@claims @costs
Feature: What the schemes cost
  Table 4 of the paper was counted by hand; here the code that runs counts, by party and phase.
  Th is one H or H', Tex one exponentiation, Ted one whole message or wrap encrypted or decrypted.

  @scheme:mqtt-present @req:COST-1
  Scenario: MQTT-PRESENT: two logins, a wrap for each, and a message that the broker passes on as it is
    Given mqtt-present between a publisher, a broker and a subscriber
    When every party's operations are counted from registration to a reading of 16 bytes
    Then they computed
      | phase        | party                   | Th | Tex | Ted |
      | registration | publisher               | 1  | 1   | 0   |
      | registration | subscriber              | 1  | 1   | 0   |
      | handshake    | publisher               | 4  | 2   | 0   |
      | handshake    | subscriber              | 4  | 2   | 0   |
      | handshake    | broker with publisher   | 4  | 4   | 0   |
      | handshake    | broker with subscriber  | 4  | 4   | 0   |
      | key delivery | publisher               | 0  | 0   | 1-2 |
      | key delivery | subscriber              | 0  | 0   | 1-2 |
      | key delivery | broker                  | 0  | 0   | 2-4 |
      | message      | publisher               | 0  | 0   | 1   |
      | message      | subscriber              | 0  | 0   | 1   |
      | message      | broker                  | 0  | 0   | 0   |

  @scheme:augmqtt @req:COST-1
  Scenario: AugMQTT: two logins, nothing to deliver, and a message that the broker opens and seals again
    Given augmqtt between a publisher, a broker and a subscriber
    When every party's operations are counted from registration to a reading of 16 bytes
    Then they computed
      | phase        | party                   | Th | Tex | Ted |
      | registration | publisher               | 1  | 1   | 0   |
      | registration | subscriber              | 1  | 1   | 0   |
      | handshake    | publisher               | 4  | 2   | 0   |
      | handshake    | subscriber              | 4  | 2   | 0   |
      | handshake    | broker with publisher   | 4  | 4   | 0   |
      | handshake    | broker with subscriber  | 4  | 4   | 0   |
      | key delivery | publisher               | 0  | 0   | 0   |
      | key delivery | subscriber              | 0  | 0   | 0   |
      | key delivery | broker                  | 0  | 0   | 0   |
      | message      | publisher               | 0  | 0   | 1   |
      | message      | subscriber              | 0  | 0   | 1   |
      | message      | broker                  | 0  | 0   | 2   |

  @scheme:mqtt-auth @req:COST-1
  Scenario: MQTT-Auth: two logins, three requests to the token service, and a message that the broker opens and seals again
    Given mqtt-auth between a publisher, a broker and a subscriber
    When every party's operations are counted from registration to a reading of 16 bytes
    Then they computed
      | phase          | party                   | Th | Tex | Ted |
      | registration   | publisher               | 1  | 1   | 0   |
      | registration   | subscriber              | 1  | 1   | 0   |
      | handshake      | publisher               | 4  | 2   | 0   |
      | handshake      | subscriber              | 4  | 2   | 0   |
      | handshake      | broker with publisher   | 4  | 4   | 0   |
      | handshake      | broker with subscriber  | 4  | 4   | 0   |
      | token delivery | publisher               | 0  | 0   | 4   |
      | token delivery | subscriber              | 0  | 0   | 2   |
      | token delivery | broker                  | 0  | 0   | 6   |
      | message        | publisher               | 0  | 0   | 1   |
      | message        | subscriber              | 0  | 0   | 1   |
      | message        | broker                  | 0  | 0   | 2   |

  @scheme:hardened @req:COST-1
  Scenario: hardened: two logins, a pair run and an epoch, and a message that the broker passes on as it is
    Given hardened between a publisher, a broker and a subscriber
    When every party's operations are counted from registration to a reading of 16 bytes
    Then they computed
      | phase                      | party      | Th | Tex | Ted |
      | registration               | publisher  | 1  | 0   | 0   |
      | registration               | subscriber | 2  | 0   | 0   |
      | handshake and key delivery | publisher  | 8  | 5   | 7   |
      | handshake and key delivery | subscriber | 9  | 5   | 8   |
      | handshake and key delivery | broker     | 8  | 8   | 13  |
      | message                    | publisher  | 0  | 0   | 1   |
      | message                    | subscriber | 0  | 0   | 1   |
      | message                    | broker     | 0  | 0   | 0   |

  @req:COST-2
  Scenario Outline: What the security of a message costs its <device>
    Given <scheme> between a publisher, a broker and a subscriber
    When messages of 1, 10, 16, 64 and 1024 bytes are sealed and opened on the <device>
    Then each adds <least> to <most> bytes to the message in clear
    And the longest costs more to seal and to open than the shortest

    @scheme:mqtt-present
    Examples:
      | scheme       | device     | least | most |
      | mqtt-present | publisher  | 1     | 8    |
      | mqtt-present | subscriber | 1     | 8    |

    @scheme:augmqtt
    Examples:
      | scheme  | device     | least | most |
      | augmqtt | publisher  | 28    | 29   |
      | augmqtt | subscriber | 28    | 29   |

    @scheme:mqtt-auth
    Examples:
      | scheme    | device     | least | most |
      | mqtt-auth | publisher  | 28    | 29   |
      | mqtt-auth | subscriber | 28    | 29   |

    @scheme:hardened
    Examples:
      | scheme   | device     | least | most |
      | hardened | publisher  | 16    | 17   |
      | hardened | subscriber | 16    | 17   |

  @long @boards @req:COST-3
  Scenario Outline: What <scheme> takes of the memory of a board
    Given <scheme> between a publisher, a broker and a subscriber
    When flash, RAM and the deepest stack of every board are taken
    Then each leaves at least 20 % of its stack untouched

    @scheme:mqtt-present
    Examples:
      | scheme |
      | mqtt-present |

    @scheme:augmqtt
    Examples:
      | scheme |
      | augmqtt |

    @scheme:mqtt-auth
    Examples:
      | scheme |
      | mqtt-auth |

    @scheme:hardened
    Examples:
      | scheme |
      | hardened |

    @scheme:esfahani-2019
    Examples:
      | scheme |
      | esfahani-2019 |

    @scheme:scram
    Examples:
      | scheme |
      | scram |
