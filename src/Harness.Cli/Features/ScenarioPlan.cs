namespace Harness.Cli.Features;

/// <summary>One step to execute, with outline placeholders filled in.</summary>
/// <param name="Keyword">The meaning of its keyword in any language: <c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c> or <c>*</c>.</param>
/// <param name="Text">The sentence.</param>
/// <param name="DocString">The block of text below it, if any.</param>
/// <param name="Table">The table below it, header first, if any.</param>
/// <param name="Line">Line number in the file.</param>
public sealed record PlannedStep(
    string Keyword, string Text, string? DocString, IReadOnlyList<IReadOnlyList<string>>? Table, int Line)
{
    /// <summary>The keyword as written in the file.</summary>
    public string Written { get; init; } = Keyword;
}

/// <summary>One scenario, or one row of an outline, ready to run.</summary>
/// <param name="Id"><c>path:line</c>, with the line of the scenario, or of the examples row for an outline.</param>
/// <param name="Feature">The feature of the scenario.</param>
/// <param name="Title">The name as written in the file.</param>
/// <param name="Name">The name with placeholders filled in; rows of an outline carry their values in brackets.</param>
/// <param name="Tags">The tags of the scenario, its examples, its rule and its feature, each with its <c>@</c>.</param>
/// <param name="Steps">The steps of the backgrounds of feature and rule, then the scenario's own.</param>
/// <param name="FirstLine">First line that <c>FILE:LINE</c> takes for it.</param>
/// <param name="LastLine">Last line that <c>FILE:LINE</c> takes for it.</param>
/// <param name="Row">Line number of the examples row; null for a plain scenario.</param>
public sealed record ScenarioPlan(
    string Id,
    FeaturePlan Feature,
    string Title,
    string Name,
    IReadOnlyList<string> Tags,
    IReadOnlyList<PlannedStep> Steps,
    int FirstLine,
    int LastLine,
    int? Row)
{
    /// <summary>Tells whether <c>FILE:LINE</c> with this line selects the scenario: its row, or any line of the whole outline except another row.</summary>
    public bool CoversLine(int line, IEnumerable<ScenarioPlan> sameFile) =>
        Row == line
        || (line >= FirstLine && line <= LastLine && !sameFile.Any(other => other.Row == line));
}

/// <summary>One feature file.</summary>
/// <param name="Path">Path of the file as it is opened.</param>
/// <param name="DisplayPath">Path of the file for display, relative if possible, with forward slashes.</param>
/// <param name="Name">The feature's name.</param>
/// <param name="Description">The description below the name.</param>
/// <param name="Tags">The feature's tags, each with its <c>@</c>.</param>
public sealed record FeaturePlan(string Path, string DisplayPath, string Name, string Description, IReadOnlyList<string> Tags);
