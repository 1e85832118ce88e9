// The child processes mostly wait for their boards, so several per core save time.
[assembly: LevelOfParallelism(4)]
