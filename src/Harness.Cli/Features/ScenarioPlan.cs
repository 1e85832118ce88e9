namespace Harness.Cli.Features;

/// <summary>One step as it will be executed: outline placeholders are filled in.</summary>
/// <param name="Keyword">The meaning of its keyword in any language: <c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c> or <c>*</c>.</param>
/// <param name="Text">The sentence.</param>
/// <param name="DocString">The block of text below it, if any.</param>
/// <param name="Table">The table below it, header first, if any.</param>
/// <param name="Line">Its line in the file.</param>
public sealed record PlannedStep(
    string Keyword, string Text, string? DocString, IReadOnlyList<IReadOnlyList<string>>? Table, int Line)
{
    /// <summary>The keyword as the file has it.</summary>
    public string Written { get; init; } = Keyword;
}

/// <summary>One scenario, or one row of an outline, ready to run.</summary>
/// <param name="Id"><c>path:line</c>; the line of the scenario, of the examples row where it comes from an outline.</param>
/// <param name="Feature">The feature it stands in.</param>
/// <param name="Title">Its name as it stands in the file.</param>
/// <param name="Name">Its name with placeholders filled in; rows of an outline carry their values in brackets.</param>
/// <param name="Tags">Its own, its examples', its rule's and its feature's tags, each with its <c>@</c>.</param>
/// <param name="Steps">The steps of the backgrounds of feature and rule, then its own.</param>
/// <param name="FirstLine">First line that <c>FILE:LINE</c> takes for it.</param>
/// <param name="LastLine">Last line that <c>FILE:LINE</c> takes for it.</param>
/// <param name="Row">The line of its examples row; null for a plain scenario.</param>
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
    /// <summary>Whether <c>FILE:LINE</c> with this line means the scenario: its row, or any line of the whole outline but a row.</summary>
    public bool CoversLine(int line, IEnumerable<ScenarioPlan> sameFile) =>
        Row == line
        || (line >= FirstLine && line <= LastLine && !sameFile.Any(other => other.Row == line));
}

/// <summary>One feature file.</summary>
/// <param name="Path">The file as it is opened.</param>
/// <param name="DisplayPath">The file as people name it, relative where it can be, with forward slashes.</param>
/// <param name="Name">The feature's name.</param>
/// <param name="Description">The text below it.</param>
/// <param name="Tags">Its tags, each with its <c>@</c>.</param>
public sealed record FeaturePlan(string Path, string DisplayPath, string Name, string Description, IReadOnlyList<string> Tags);
