namespace Harness.Cli.Commands.Testing;

/// <summary>The tests to run in a part.</summary>
/// <param name="Filter">Text that a test's full name must contain, or the name of its category; null for all.</param>
/// <param name="Long">True where tests of category Long run too.</param>
/// <param name="Results">Folder for files of the runner.</param>
internal sealed record TestRequest(string? Filter, bool Long, string Results);

/// <summary>One part of the suite that runs on its own, in parallel with others.</summary>
/// <param name="Name">The part's name, as <c>--project</c> takes it.</param>
/// <param name="Weight">Expected duration relative to other parts, in any unit: the longest starts first.</param>
/// <param name="RunAsync">Runs the part.</param>
internal sealed record TestPart(string Name, double Weight, Func<TestRequest, CancellationToken, Task<TestPartResult>> RunAsync)
{
    private const string Firmware = "firmware";

    /// <summary>Gets the parts that a request selects, the longest first.</summary>
    /// <param name="only">One part's name, or <c>firmware</c> for all of the firmware's; null for all.</param>
    /// <param name="filter">A filter leaves the firmware out: its tests have no full names.</param>
    public static IReadOnlyList<TestPart> Find(string? only, string? filter)
    {
        IEnumerable<TestPart> parts = AssemblyTests.Parts();
        if (filter is null)
        {
            parts = parts.Concat(FirmwareTests.Parts());
        }

        return
        [
            .. parts.Where(part => only is null || part.Name.Equals(only, StringComparison.OrdinalIgnoreCase)
                    || (only.Equals(Firmware, StringComparison.OrdinalIgnoreCase) && part.Name.StartsWith(Firmware + "-", StringComparison.Ordinal)))
                .OrderByDescending(part => part.Weight).ThenBy(part => part.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Gets the names that <c>--project</c> takes.</summary>
    public static IEnumerable<string> Names() => Find(null, null).Select(part => part.Name).Append(Firmware).Order(StringComparer.Ordinal);
}
