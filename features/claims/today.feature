@claims
Feature: What devices log in with today
  The same attacks on logins without AugPAKE, whose payloads travel as they are.

  @claim:UA @req:CLAIM-1 @attack:ua-two-sessions
  Scenario Outline: An eavesdropper cannot link two sessions
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-two-sessions
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:UA @req:CLAIM-1 @attack:ua-after-connect
  Scenario Outline: Nothing after CONNECT links two sessions
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-after-connect
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @scheme:scram @claim:UA @req:CLAIM-1 @attack:ua-aborted-session
  Scenario: A login that was broken off is not linked either
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries ua-aborted-session
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:MA @req:CLAIM-2 @attack:ma-scram-wrong-password
  Scenario: Who has a wrong password does not get in
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries ma-scram-wrong-password
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:MA @req:CLAIM-2 @attack:ma-scram-wrong-signature
  Scenario: Who holds nothing of the password is not taken for the broker
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries ma-scram-wrong-signature
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:MA @req:CLAIM-2 @attack:ma-scram-altered-messages
  Scenario: A message altered on the way ends the login
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries ma-scram-altered-messages
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:password @claim:MA @req:CLAIM-2 @attack:ma-password-wrong
  Scenario: Who has a wrong password does not get in
    Given password between a publisher, a broker and a subscriber
    When the adversary tries ma-password-wrong
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:password @claim:MA @req:CLAIM-2 @attack:ma-password-rogue-broker
  Scenario: A broker that knows nothing is not taken for the right one
    Given password between a publisher, a broker and a subscriber
    When the adversary tries ma-password-rogue-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:MITM @req:CLAIM-3 @attack:mitm-substituted-payload
  Scenario Outline: A payload put together from two others is not taken
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-substituted-payload
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @scheme:scram @claim:MITM @req:CLAIM-3 @attack:mitm-scram-iterations
  Scenario: Nobody makes a device prove its password for fewer iterations
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries mitm-scram-iterations
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:MITM @req:CLAIM-3 @attack:mitm-scram-nonce
  Scenario: Nobody makes a device prove its password over a nonce of his own
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries mitm-scram-nonce
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:password @claim:MITM @req:CLAIM-3 @attack:mitm-password-passed-on
  Scenario: What a device sends a rogue broker opens nothing at the real one
    Given password between a publisher, a broker and a subscriber
    When the adversary tries mitm-password-passed-on
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:OPG @req:CLAIM-4 @attack:opg-scram-captured-login
  Scenario: A capture of one login gives no way to try passwords
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries opg-scram-captured-login
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:password @claim:OPG @req:CLAIM-4 @attack:opg-password-on-the-wire
  Scenario: A capture of one login holds no password
    Given password between a publisher, a broker and a subscriber
    When the adversary tries opg-password-on-the-wire
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:REPLAY @req:CLAIM-5 @attack:replay-message-at-once
  Scenario Outline: A message is not taken twice
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-at-once
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-message-later
  Scenario Outline: A message is not taken again after others
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-later
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-message-across-sessions
  Scenario Outline: A message of one session is not taken in another
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-message-across-sessions
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @scheme:scram @claim:REPLAY @req:CLAIM-5 @attack:replay-scram-to-broker
  Scenario: A recorded login opens no session
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries replay-scram-to-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:scram @claim:REPLAY @req:CLAIM-5 @attack:replay-scram-to-device
  Scenario: A recorded broker logs no device in
    Given scram between a publisher, a broker and a subscriber
    When the adversary tries replay-scram-to-device
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:password @claim:REPLAY @req:CLAIM-5 @attack:replay-password-login
  Scenario: A recorded login opens no session
    Given password between a publisher, a broker and a subscriber
    When the adversary tries replay-password-login
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:DC @req:CLAIM-6 @attack:dc-plaintext-on-the-wire
  Scenario Outline: No piece of a reading stands on the wire in clear
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-plaintext-on-the-wire
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:DP @req:CLAIM-7 @attack:dp-curious-broker
  Scenario Outline: The broker cannot open a payload with all that it knows
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dp-curious-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:DI @req:CLAIM-8 @attack:di-mutations-at-subscriber
  Scenario Outline: None of a thousand mutations of a message is taken by the subscriber
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-mutations-at-subscriber
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:DI @req:CLAIM-8 @attack:di-broker-forges
  Scenario Outline: The broker cannot forge a message of the publisher
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-broker-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:A @req:CLAIM-9 @attack:a-publish-without-grant
  Scenario Outline: Who has no grant publishes nothing that a subscriber takes
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries a-publish-without-grant
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:A @req:CLAIM-9 @attack:a-read-without-grant
  Scenario Outline: Who has no grant reads nothing
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries a-read-without-grant
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:NR @req:CLAIM-10 @attack:nr-subscriber-forges
  Scenario Outline: A subscriber cannot make a message that counts as the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries nr-subscriber-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:DI @req:CLAIM-11 @attack:di-reader-forges
  Scenario Outline: A reader makes nothing that another reader takes for the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-reader-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:scram
    Examples:
      | scheme |
      | scram  |

    @scheme:password
    Examples:
      | scheme   |
      | password |

  @claim:UA @req:CLAIM-1 @attack:ua-tls-two-sessions
  Scenario Outline: An eavesdropper cannot link two sessions over TLS
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ua-tls-two-sessions
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:MA @req:CLAIM-2 @attack:ma-tls-certificates
  Scenario Outline: A device sends its password to no broker with a wrong certificate
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries ma-tls-certificates
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

  @scheme:tls @claim:MA @req:CLAIM-2 @attack:ma-tls-wrong-password
  Scenario: Who has a wrong password does not get in over TLS
    Given tls between a publisher, a broker and a subscriber
    When the adversary tries ma-tls-wrong-password
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:tls-client @claim:MA @req:CLAIM-2 @attack:ma-tls-client-certificate
  Scenario: Who has no certificate of that name does not get in
    Given tls-client between a publisher, a broker and a subscriber
    When the adversary tries ma-tls-client-certificate
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:tls-psk @claim:MA @req:CLAIM-2 @attack:ma-tls-psk-key
  Scenario: Who has no key of that name does not get in
    Given tls-psk between a publisher, a broker and a subscriber
    When the adversary tries ma-tls-psk-key
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @scheme:tls-psk @claim:MA @req:CLAIM-2 @attack:ma-tls-psk-rogue-broker
  Scenario: A device sends its CONNECT to no broker without its key
    Given tls-psk between a publisher, a broker and a subscriber
    When the adversary tries ma-tls-psk-rogue-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:MITM @req:CLAIM-3 @attack:mitm-tls-two-connections
  Scenario Outline: Two connections back to back log no device in
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-tls-two-connections
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:MITM @req:CLAIM-3 @attack:mitm-tls-altered-record
  Scenario Outline: A record altered in the middle reaches nobody
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries mitm-tls-altered-record
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:OPG @req:CLAIM-4 @attack:opg-tls-captured-login
  Scenario Outline: A capture of one login over TLS holds no password
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries opg-tls-captured-login
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @scheme:tls-psk @claim:OPG @req:CLAIM-4 @attack:opg-tls-psk-rogue-broker
  Scenario: A broker without the key learns nothing to try keys against
    Given tls-psk between a publisher, a broker and a subscriber
    When the adversary tries opg-tls-psk-rogue-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:REPLAY @req:CLAIM-5 @attack:replay-tls-login
  Scenario Outline: A recorded login over TLS opens no session
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-tls-login
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-tls-record
  Scenario Outline: A record is not taken twice
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-tls-record
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:REPLAY @req:CLAIM-5 @attack:replay-tls-record-across-sessions
  Scenario Outline: A record of one session is not taken in the next
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries replay-tls-record-across-sessions
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:DC @req:CLAIM-6 @attack:dc-tls-plaintext-on-the-wire
  Scenario Outline: No piece of a reading stands on the wire under TLS
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dc-tls-plaintext-on-the-wire
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:DP @req:CLAIM-7 @attack:dp-tls-curious-broker
  Scenario Outline: The broker behind TLS cannot read
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries dp-tls-curious-broker
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:DI @req:CLAIM-8 @attack:di-tls-altered-record
  Scenario Outline: A record altered on the wire reaches nobody
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-tls-altered-record
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:DI @req:CLAIM-8 @attack:di-tls-broker-forges
  Scenario Outline: The broker behind TLS forges nothing
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-tls-broker-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:A @req:CLAIM-9 @attack:a-tls-publish-without-grant
  Scenario Outline: Who has no grant publishes nothing over TLS that a subscriber takes
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries a-tls-publish-without-grant
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:NR @req:CLAIM-10 @attack:nr-tls-subscriber-forges
  Scenario Outline: Over TLS a subscriber cannot make a message that counts as the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries nr-tls-subscriber-forges
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |

  @claim:DI @req:CLAIM-11 @attack:di-tls-insider
  Scenario Outline: Over TLS a reader makes nothing that another takes for the publisher's
    Given <scheme> between a publisher, a broker and a subscriber
    When the adversary tries di-tls-insider
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

    @scheme:tls
    Examples:
      | scheme |
      | tls    |

    @scheme:tls-client
    Examples:
      | scheme     |
      | tls-client |

    @scheme:tls-psk
    Examples:
      | scheme  |
      | tls-psk |
