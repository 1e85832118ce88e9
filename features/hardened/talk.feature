Feature: The hardened scheme carries readings that the broker cannot read

  @scheme:hardened @req:HARD-1
  Scenario Outline: A reading reaches every listener
    Given a hardened broker for host and <listeners> listeners on "lab/level" <signed> signatures under <cipher>
    And host and every listener are ready to talk
    When host publishes <bytes> bytes
    Then every listener opens the same payload
    And no listener takes again what was sent before

    Examples:
      | listeners | cipher         | signed  | bytes |
      | 1         | present128-eax | without | 10    |
      | 2         | present128-eax | without | 1024  |
      | 2         | present128-eax | with    | 16    |
      | 2         | ascon-aead128  | without | 0     |
      | 2         | ascon-aead128  | with    | 100   |
      | 100       | ascon-aead128  | without | 16    |

  @scheme:hardened @req:HARD-5
  Scenario: What the broker withholds is missed knowingly
    Given a hardened broker for host and 2 listeners on "lab/level"
    And host and every listener are ready to talk
    When the broker withholds 3 messages
    And host publishes 16 bytes
    Then every listener opens the same payload
    And every listener knows of 3 missing messages

  @scheme:hardened @req:HARD-5
  Scenario: A broker that shows two listeners different messages leaves each a gap
    Given a hardened broker for host and 2 listeners on "lab/level"
    And host and every listener are ready to talk
    When the broker shows listener 1 and listener 2 different messages
    And host publishes 16 bytes
    Then every listener opens the same payload
    And every listener knows of 1 missing message
