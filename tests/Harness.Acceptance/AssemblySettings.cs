// One more than this machine most often has cores: a scenario that waits for a time-out leaves its core to another.
[assembly: LevelOfParallelism(3)]
