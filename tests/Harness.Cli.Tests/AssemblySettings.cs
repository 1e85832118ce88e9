// Processes mostly wait for their boards, so more than one a core pays.
[assembly: LevelOfParallelism(4)]
