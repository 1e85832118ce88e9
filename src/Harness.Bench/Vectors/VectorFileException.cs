namespace Harness.Bench.Vectors;

/// <summary>A file of vectors that cannot be used: says file, section, index and key, what was expected and what was seen (exit code 2).</summary>
public sealed class VectorFileException : FormatException
{
    private const string ShowFormat = "less tests/vectors/README.md";

    /// <summary>Places an error in a file of vectors.</summary>
    /// <param name="file">The file as given.</param>
    /// <param name="place">Where in it, such as <c>augpake[3].SK</c>; empty for the file as a whole.</param>
    /// <param name="problem">What is wrong and what was expected.</param>
    /// <param name="inner">What the reader said.</param>
    /// <param name="nextCommand">The next command to type; null takes the one that shows the format.</param>
    public VectorFileException(string file, string place, string problem, Exception? inner = null, string? nextCommand = null)
        : base($"{file}: {(place.Length == 0 ? "" : place + ": ")}{problem}; next: {nextCommand ?? ShowFormat}", inner)
    {
        File = file;
        Place = place;
        Problem = problem;
    }

    /// <summary>The file as given.</summary>
    public string File { get; }

    /// <summary>Where in it, such as <c>augpake[3].SK</c>; empty for the file as a whole.</summary>
    public string Place { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
