Feature: Codes and tokens in CONNECT
  Niruntasukrat et al. 2016 as deployed: an access token by OAuth 1.0a, then an HMAC under a timestamp. A JSON web token as control.

  @scheme:niruntasukrat-2016 @scheme:jwt @req:BEAR-1
  Scenario Outline: The holder of a token connects, and nobody with an altered code
    Given a device that holds a token of <scheme>
    When it connects with its token
    Then the token's broker lets it in
    When one byte of its password is altered
    Then the token's broker refuses it

    Examples:
      | scheme             |
      | niruntasukrat-2016 |
      | jwt                |

  @scheme:niruntasukrat-2016 @req:BEAR-1
  Scenario: The code covers the user name
    Given a device that holds a token of niruntasukrat-2016
    When one byte of its user name is altered
    Then the token's broker refuses it

  @scheme:niruntasukrat-2016 @scheme:jwt @req:BEAR-2
  Scenario Outline: A CONNECT ends with the clock's tolerance, or with its token
    Given a device that holds a token of <scheme>
    When it connects with its token
    And the same CONNECT comes again 6 minutes later
    Then the token's broker refuses it

    Examples:
      | scheme             |
      | niruntasukrat-2016 |
      | jwt                |

  @scheme:niruntasukrat-2016 @req:BEAR-2
  Scenario: A revoked token connects no more
    Given a device that holds a token of niruntasukrat-2016
    When the owner takes its right back
    And it connects with its token
    Then the token's broker refuses it
