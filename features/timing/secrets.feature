Feature: Time tells nothing about secrets
  Two classes of inputs run in random order, with a third list of the first class as control. Exact counts must be equal to the last one; times are
  compared by Welch's t of times and scatter with their tails cropped, and "no leak" says how large a difference would have shown. A tag that is wrong in its last byte
  and one that is wrong in its first are refused alike: a refusal is timed by the edges of the trigger pin. The numbers of samples here are small, so that a run
  stays short; without a number a step takes 1000 of a cipher, 100 of hashes, 20 of a power in P-256 and 2 of a 2048-bit one on exact boards, as "./harness leak
  --all --device avr1284" does, and "./harness test --long" for every subject of every exact board.

  @req:TIME-2
  Scenario Outline: A board's counts are equal whatever the secret
    Then the time of "<subject>" of board tells nothing about its secrets over <n> samples

    Examples:
      | subject               | n   |
      | present-key           | 100 |
      | present-data          | 300 |
      | aug-password          | 5   |
      | aug-password-modp2048 | 2   |
      | aug-tag               | 3   |
      | aug-proof             | 3   |
      | hop-tag               | 50  |

  @req:TIME-2 @long
  Scenario Outline: The host's times show no difference
    Then the time of "<subject>" of host tells nothing about its secrets over 10000 samples

    Examples:
      | subject        |
      | present-key    |
      | present-data   |
      | tag-compare    |
      | hop-tag        |
      | aug-proof      |
      | aug-password   |
      | broker-unknown |
      | broker-locked  |
