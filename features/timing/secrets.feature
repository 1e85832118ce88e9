Feature: Time tells nothing about secrets
  Two classes of inputs run in random order, with a third list of the first class as control. Exact counts must be equal to the last one; times are
  compared by Welch's t with their tails cropped.

  @req:TIME-2
  Scenario Outline: A board's counts are equal whatever the secret
    Then the time of "<subject>" of board tells nothing about its secrets over <n> samples

    Examples:
      | subject               | n   |
      | present-key           | 100 |
      | present-data          | 300 |
      | aug-password          | 5   |
      | aug-password-modp2048 | 2   |

  @req:TIME-2 @measure
  Scenario Outline: The host's times show no difference
    Then the time of "<subject>" of host tells nothing about its secrets over 10000 samples

    Examples:
      | subject        |
      | present-key    |
      | present-data   |
      | tag-compare    |
      | aug-password   |
      | broker-unknown |
