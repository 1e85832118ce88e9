namespace Harness.Bench.Vectors;

/// <summary>Thrown for a file of test vectors that cannot be used; names file, section, index and key, the expected and the actual value (exit code 2).</summary>
/// <param name="file">The file as given.</param>
/// <param name="place">Place in the file, such as <c>augpake[3].SK</c>; empty for the file as a whole.</param>
/// <param name="problem">The problem and the expected value.</param>
/// <param name="inner">The JSON reader's exception.</param>
/// <param name="nextCommand">The next command to type; null takes the one that shows the format.</param>
public sealed class VectorFileException(string file, string place, string problem, Exception? inner = null, string? nextCommand = null)
    : FormatException($"{file}: {(place.Length == 0 ? "" : place + ": ")}{problem}; next: {nextCommand ?? ShowFormat}", inner)
{
    private const string ShowFormat = "less tests/vectors/README.md";
}
