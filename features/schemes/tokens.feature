@scheme:mqtt-auth
Feature: Tokens decide who publishes and who reads

  Background:
    Given a broker of mqtt-auth for board and host on "lab/level"
    And board and host are ready to talk

  @req:TOKEN-1
  Scenario: Creating a topic brings its two tokens and no right
    When board creates "lab/wind"
    Then the token service grants it
    And board holds two different tokens of "lab/wind"
    And what board publishes on "lab/wind" is refused for want of a grant

  @req:TOKEN-1
  Scenario: A topic that another created is nobody's to create again
    When host creates "lab/level"
    Then the token service refuses it

  @req:TOKEN-1
  Scenario: Nobody creates below a topic of another
    When host creates "lab/level/inner"
    Then the token service refuses it

  @req:TOKEN-2
  Scenario: The token of a topic covers what lies below it
    Then what board publishes on "lab/level/inner/3" reaches host and opens

  @req:TOKEN-2
  Scenario: The token of a topic does not cover its neighbour
    Then what board publishes on "lab/levels" is refused for want of a grant
    And the subscription of host to "lab/levels" is refused

  @req:TOKEN-3
  Scenario: Who was handed no token cannot show one
    Given board created "lab/wind"
    Then host cannot show a token to read "lab/wind"
    And host cannot show a token to publish on "lab/wind"
    And the subscription of host to "lab/wind" is refused

  @req:TOKEN-3
  Scenario: Who was handed the token to read reads
    Given board created "lab/wind"
    And board showed its token to publish on "lab/wind"
    And board handed its token to read "lab/wind" to host
    When host shows its token to read "lab/wind"
    Then the token service grants it
    And what board publishes on "lab/wind" reaches host and opens

  @req:TOKEN-3
  Scenario: The token to read brings no right to publish
    Then host cannot show a token to publish on "lab/level"
    And what host publishes on "lab/level" is refused for want of a grant

  @req:TOKEN-4
  Scenario: A revoked token to read ends what was granted by it
    When board revokes the token to read "lab/level"
    Then the token service grants it
    And what board publishes on "lab/level" does not reach host any more

  @req:TOKEN-4
  Scenario: A revoked token to read is not taken again
    When board revokes the token to read "lab/level"
    And host shows its token to read "lab/level"
    Then the token service refuses it

  @req:TOKEN-4
  Scenario: A revoked token to publish ends what was granted by it
    When board revokes the token to publish on "lab/level"
    Then the token service grants it
    And what board publishes on "lab/level" is refused for want of a grant

  @req:TOKEN-4
  Scenario: Only the creator of a topic revokes its tokens
    When host revokes the token to read "lab/level"
    Then the token service refuses it
    And what board publishes on "lab/level" reaches host and opens
