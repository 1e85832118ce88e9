# Each scenario breaks what its last step judges: a step that passes here judges nothing.
Feature: What is broken is seen

  Scenario: an attack that fails
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries mitm-two-handshakes
    Then the attack succeeds

  Scenario: an attack that succeeds
    Given mqtt-present between a publisher, a broker and a subscriber
    When the adversary tries ua-two-sessions
    Then the attack fails

  Scenario: a board that is silent does not vanish
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    When board falls silent
    When board logs in
    Then the rig is reported broken because board vanished

  Scenario: a board with a wrong account
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    Given the account of board was made from another password
    When board falls silent
    Then board works again after a restart

  Scenario: a handshake that ended in the middle
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    Given a tap on every connection
    When the tap replaces Y by infinity
    When board logs in
    Then board ran each operation of the handshake once

  Scenario: a fault that never came
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    When the line loses the reply to FROBNICATE
    When board logs in
    Then the fault on the line of board is in the record

  Scenario: another error code
    When an unknown verb is sent to board
    Then board answers ERR CRC

  Scenario: a key that a refused re-authentication took
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    Given a tap on every connection
    Given board is logged in
    When the tap flips one bit of V_S
    When board re-authenticates
    Then board still holds its session key

  Scenario: counts that the code does not have
    Given augmqtt between a publisher, a broker and a subscriber
    When every party's operations are counted from registration to a reading of 16 bytes
    Then they computed
      | phase | party | Th | Tex | Ted |
      | registration | publisher | 9 | 9 | 9 |

  Scenario: bytes that a seal does add
    Given augmqtt between a publisher, a broker and a subscriber
    When messages of 1 and 16 bytes are sealed and opened on the publisher
    Then each adds 0 to 1 bytes to the message in clear

  Scenario: refusals in two groups, many
    Given a broker with enhanced authentication
    Given host is enrolled at the broker on group p256
    Given board is enrolled at the broker on group modp2048-q256
    Given a tap on every connection
    Given host was given another password
    Given board was given another password
    When host logs in
    When board logs in
    Then all 2 refusals are alike, byte for byte, but for the broker's Y

  Scenario: refusals in two groups
    Given a broker with enhanced authentication
    Given host is enrolled at the broker on group p256
    Given board is enrolled at the broker on group modp2048-q256
    Given a tap on every connection
    Given host was given another password
    Given board was given another password
    When host logs in
    When board logs in
    Then both refusals are alike, byte for byte, but for the broker's Y

  Scenario: one wrong password locks nobody out
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host was given another password
    When host logs in
    Then the broker had locked host out

  Scenario: three lock out
    Given a broker that locks a name out for 30 seconds after 3 wrong passwords
    Given host is enrolled at the broker
    Given host was given another password
    When host is refused 3 times with reason 0x87
    Then the next try of host is judged, not locked out

  Scenario: one login is not two
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the broker has accepted 2 logins of host

  Scenario: a refused login
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host was given another password
    When host logs in
    Then the login succeeds

  Scenario: a login that succeeded is no refusal
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the broker refuses the login with reason 0x87

  Scenario: a refusal is no abort
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host was given another password
    When host logs in
    Then host aborts with BAD-TAG

  Scenario: two logins that succeeded
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    When host logs in
    Then both logins are refused with reason 0x87

  Scenario: a broker that is gone
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host is logged in
    Given board is enrolled at the broker
    When the broker is stopped after it received X of board
    When board logs in
    Then host is still connected

  Scenario: a re-authentication whose proof was altered
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a tap on every connection
    Given host is logged in
    When the tap flips one bit of V_C
    When host re-authenticates
    Then the re-authentication succeeds

  Scenario: a good login is no protocol error
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the login fails as a protocol error

  Scenario: a broker that answers is not gone
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the login ends because the broker is gone

  Scenario: a broker that answers is not late
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the login ends because the broker did not answer in time

  Scenario: a broker that was started anew holds no key
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host is logged in
    Given board is enrolled at the broker
    When the broker is stopped after it received X of board
    When board logs in
    When the broker is started again
    Then host and the broker hold the same session key

  Scenario: who is logged in holds a key
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then host holds no session key

  Scenario: an account of another password
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given the account of host was made from another password
    Then the next login of host succeeds

  Scenario: a connection that nobody ended
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a tap on every connection
    When host logs in
    Then the broker ends that connection as a protocol error

  Scenario: a connection that nobody ended, by reason
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a tap on every connection
    When host logs in
    Then the broker ends that connection with reason 0x87

  Scenario: another refusal
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    Given board is logged in
    When board seals 8 bytes
    Then board answers TOO-LONG

  Scenario: a reading under another key
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    Given host was handed another traffic key
    When board publishes 16 bytes
    Then host opens the same payload

  Scenario: a message that is well
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    When board publishes 16 bytes
    Then host refuses the message with BAD-PADDING

  Scenario: a reading that is well
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    When board publishes 16 bytes
    Then host does not get the reading

  Scenario: two traffic keys
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    Given host was handed another traffic key
    Then board and host hold the same traffic key

  Scenario: a new key for one of them
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    When board logs in again
    Given host was handed another traffic key
    Then both hold a new traffic key, and the same

  Scenario: a reading in clear
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given a tap on every connection
    Given host and board are logged in
    When board publishes 16 bytes
    Then a reading sent in clear would have been found
    Then the reading is nowhere on the wire, raw, in hex or in base64

  Scenario: a key that was forgotten
    Given a broker of augmqtt for board and host on "lab/level"
    Given board and host are ready to talk
    When board publishes 2 payloads that host leaves unread
    When host re-authenticates
    Then host refuses the second with BAD-TAG once its old key is forgotten
    Then host still opens the first of them

  Scenario: another code for a forgotten key
    Given a broker of augmqtt for board and host on "lab/level"
    Given board and host are ready to talk
    When board publishes 2 payloads that host leaves unread
    When host re-authenticates
    Then host refuses the second with TOO-LONG once its old key is forgotten

  Scenario: another length
    Given a broker of augmqtt for board and host on "lab/level"
    Given board and host are ready to talk
    Given 1 more subscribers listen
    When board publishes 20 bytes
    Then every further subscriber opens the 16 bytes too

  Scenario: another reason
    Given a broker of augmqtt for board and host on "lab/level"
    Given board and host are ready to talk
    When host publishes a payload that is no seal
    Then the broker refuses it with reason 0x80

  Scenario: a stranger's own key topic
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given a stranger with an account listens to everything
    Given host and board are logged in
    Then the stranger may neither read nor write the key topic of curious

  Scenario: another reason of a replay
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a tap on every connection
    Given the tap has recorded a login of host
    When the recorded login is replayed to the broker
    Then the broker refuses the replay with reason 0x80

  Scenario: a budget of a nanosecond, in a table
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the operations of host stay within
      | operation | limit | statistic |
      | aug.init | 1 ns | max |

  Scenario: a budget of a nanosecond
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then "aug.init" of host takes at most 1 ns at max

  Scenario: a budget that is too small
    When host runs "p256-mul" 3 times
    Then "p256-mul" takes at most 5 us at max

  Scenario: a budget that can be judged
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then a budget of 1000 s at max for "aug.init" of host is not judged, being finer than the floor

  Scenario: budgets that are too small
    Then host keeps these budgets
      | operation | budget |
      | p256-mul | at most 5 us at p50 |

  Scenario: a topic of one's own
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    When board creates "lab/wind"
    Then the token service refuses it

  Scenario: tokens of another topic
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    When board creates "lab/wind"
    Then board holds two different tokens of "lab/rain"

  Scenario: who holds a token shows it
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    Then board cannot show a token to publish on "lab/level"

  Scenario: who has a grant publishes
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    Then what board publishes on "lab/level" is refused for want of a grant

  Scenario: who has a grant reads
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    Then the subscription of host to "lab/level" is refused

  Scenario: who has no grant reaches nobody
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    Then what host publishes on "lab/level" reaches board and opens

  Scenario: a listener that was revoked
    Given a hardened broker for host and 2 listeners on "lab/level"
    Given host and every listener are ready to talk
    When host revokes listener 2
    When host publishes 16 bytes
    Then every listener opens the same payload

  Scenario: a listener that was not revoked
    Given a hardened broker for host and 2 listeners on "lab/level"
    Given host and every listener are ready to talk
    When host revokes listener 2
    When host publishes 16 bytes
    Then listener 1 gets nothing of it

  Scenario: an epoch that goes on
    Given a hardened broker for host and 1 listener on "lab/level"
    Given host and every listener are ready to talk
    When host publishes 16 bytes
    Then a new epoch has begun

  Scenario: one message too many
    Given a hardened broker for host and 1 listener on "lab/level"
    Given host and every listener are ready to talk
    When the broker withholds 2 messages
    When host publishes 16 bytes
    Then every listener opens the same payload
    Then every listener knows of 3 missing messages

  Scenario: a token that nobody revoked
    Given a broker of mqtt-auth for board and host on "lab/level"
    Given board and host are ready to talk
    Then what board publishes on "lab/level" does not reach host any more

  Scenario: a board that has keys after its power was cut
    Given a broker with enhanced authentication
    Given board is enrolled at the broker
    Given board is logged in
    When the power of board is cut for 50 ms
    When board logs in
    Then board comes back without its keys

  Scenario: a sensor that is warmer
    Given the SHT3x model senses a temperature of 23.5 °C
    Then the SHT3x reads a temperature within ± 0.5 °C of 21.5 °C

  Scenario: a sensor that reads the same
    Given the LM75 is read
    Then the temperature of the LM75 changes by at least 0.5 °C

  Scenario: a fault that has another name
    Given the MCP9808 model has the fault off-the-bus
    Then the MCP9808 reports stuck-bus

  Scenario: a board whose air is colder
    Then the BME280 of board reads a temperature within ± 0.5 °C of 21.5 °C

  Scenario: a broker that was started anew saw no exchange
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given host is logged in
    Given board is enrolled at the broker
    When the broker is stopped after it received X of board
    When board logs in
    When the broker is started again
    Then host and the broker saw the same exchange

  Scenario: a login of a sensor that was altered
    Given board is registered as a sensor of esfahani-2019
    When board logs in at its router, and byte 3 of message 2 is altered
    Then board and its router hold the same key

  Scenario: a sensor that has no reason to refuse
    Given board is registered as a sensor of esfahani-2019
    When board logs in at its router
    Then board refuses its router

  Scenario: a router that has no reason to refuse
    Given board is registered as a sensor of esfahani-2019
    When board logs in at its router
    Then the router refuses board

  Scenario: a token that ended
    Given a device that holds a token of jwt
    When it connects with its token
    When the same CONNECT comes again 6 minutes later
    Then the token's broker lets it in

  Scenario: a token that holds
    Given a device that holds a token of jwt
    When it connects with its token
    Then the token's broker refuses it

  Scenario: a link that loses nothing
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a link with 5 ms delay between host and the broker
    When host logs in
    Then the link lost at least 1 segment

  Scenario: a login that is quick
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    When host logs in
    Then the login of host took at least 20 s

  Scenario: a link that was not cut
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a link with 5 ms delay between host and the broker
    Given host is logged in
    Then host loses its connection

  Scenario: messages under a key that the subscriber has not
    Given a broker that pairs board with host on "lab/climate" using 128-bit keys
    Given host and board are logged in
    Given host was handed another traffic key
    When board publishes 2 numbered messages
    Then host opens all of them in order

  Scenario: logins that name who comes
    Given a broker with enhanced authentication
    Given host is enrolled at the broker
    Given a tap between host and the broker
    Given the tap tries the attack "linked-logins"
    When host logs in
    When host logs in
    Then the attack "linked-logins" does not win

  Scenario: a reading that nobody signed
    Given host signs its readings on "lab/climate" under mqtt-present for a listener
    When somebody with every key of host but its own publishes a reading without a signature
    Then the subscriber takes it as signed by host

  Scenario: a reading whose signature holds
    Given host signs its readings on "lab/climate" under augmqtt for a listener
    When host publishes a reading of the BME280
    Then the subscriber refuses it with BAD-SIGNATURE

  Scenario: an unsigned reading that is another one
    Given host does not sign its readings on "lab/climate" under password for a listener
    When somebody with every key of host but its own publishes a reading without a signature
    When host publishes a reading of the BME280
    Then the subscriber takes it, as nothing is signed
