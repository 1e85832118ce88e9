@claims @scheme:esfahani-2019
Feature: Esfahani et al. 2019, as described
  The equations are those of a third party's program; the attacks on them are ours. The paper ticks man in the middle and replay.

  @claim:UA @req:CLAIM-1 @attack:ua-constant-value
  Scenario: A sensor is not recognised by its logins
    Given esfahani-2019 between a device and its broker
    When the adversary tries ua-constant-value
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:MA @req:CLAIM-2 @attack:ma-insider-plays-sensor
  Scenario: No sensor's owner logs in as another sensor
    Given esfahani-2019 between a device and its broker
    When the adversary tries ma-insider-plays-sensor
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:MITM @req:CLAIM-3 @attack:mitm-insider-plays-router
  Scenario: No sensor's owner plays the router
    Given esfahani-2019 between a device and its broker
    When the adversary tries mitm-insider-plays-router
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:OPG @req:CLAIM-4 @attack:opg-guessed-identity
  Scenario: Nothing recorded lets an identity be guessed off-line
    Given esfahani-2019 between a device and its broker
    When the adversary tries opg-guessed-identity
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:REPLAY @req:CLAIM-5 @attack:replay-old-answer
  Scenario: An old message of the router is not taken again
    Given esfahani-2019 between a device and its broker
    When the adversary tries replay-old-answer
    Then the attack ends as the claims table expects
    And on its positive control it succeeds

  @claim:DC @req:CLAIM-6 @attack:dc-one-login-opens-all
  Scenario: One sensor's login opens no other's
    Given esfahani-2019 between a device and its broker
    When the adversary tries dc-one-login-opens-all
    Then the attack ends as the claims table expects
    And on its positive control it succeeds
