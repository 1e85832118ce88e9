@external @tls
Feature: TLS of a device of one's own
  A broker presents what a device must refuse, one thing after the other, and sees whether a byte of application data leaves it. The device has logged in at a valid
  certificate before, so that a refusal tells something. A device that goes on without a stapled answer about revocation, or cannot know of one, is told so, and does not fail.

  Background:
    Given a broker with enhanced authentication
    And the broker holds the account of external

  @req:TLS-1
  Scenario: It logs in at a broker that presents a valid certificate
    When external is started at a broker that presents a valid certificate
    Then external logs in by TLS

  @req:TLS-2
  Scenario Outline: It sends nothing to a broker that presents <presentation>
    Given external has logged in by TLS at a broker that presents a valid certificate
    When external is started at a broker that presents <presentation>
    Then external sends it nothing

    Examples:
      | presentation                                                             |
      | an expired certificate                                                   |
      | a certificate that is not yet valid                                      |
      | a self-signed certificate                                                |
      | a certificate of another name                                            |
      | a certificate of another authority                                       |
      | a certificate that the holder of another one issued                      |
      | an intermediate authority's certificate as its own                       |
      | a certificate that demands a stapled answer about its revocation, and none |
      | a revoked certificate                                                    |
      | a certificate signed over SHA-1                                          |
      | a certificate with an RSA key of 1024 bits                               |

  @req:TLS-3
  Scenario Outline: It sends nothing to a broker that presents <presentation>
    Given external has logged in by TLS at a broker that presents a valid certificate
    When external is started at a broker that presents <presentation>
    Then external sends it nothing

    Examples:
      | presentation               |
      | TLS 1.1                    |
      | TLS 1.0                    |
      | a downgrade to TLS 1.2     |
      | a suite without encryption |
