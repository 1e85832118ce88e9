namespace Harness.Benchmarks;

/// <summary>One topic of benchmarks; prints its results with unit and n.</summary>
internal interface IBenchmark
{
    /// <summary>The benchmark's name on the command line.</summary>
    string Name { get; }

    /// <summary>Measures and prints the results.</summary>
    void Run(TextWriter output);
}
