namespace Harness.Benchmarks;

/// <summary>One topic of benchmarks; prints what it measured, with unit and n.</summary>
internal interface IBenchmark
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>Measures and prints.</summary>
    void Run(TextWriter output);
}
