namespace Harness.Cli.Tests;

/// <summary>Checks the documentation comments of the product and the names of its tests.</summary>
public sealed partial class ProseTests
{
    private static IEnumerable<string> Projects() => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, folder)))
        .Select(folder => Path.GetRelativePath(ProductPaths.Root, folder));

    [TestCaseSource(nameof(Projects))]
    public void Documentation_comments_begin_with_no_question_word(string project) =>
        Assert.That(Matches(project, QuestionWord()), Is.Empty);

    [TestCaseSource(nameof(Projects))]
    public void Documents_that_comments_name_exist(string project) =>
        Assert.That(Matches(project, Document()).Where(match => !File.Exists(Path.Combine(ProductPaths.Root, match[(match.LastIndexOf(' ') + 1)..]))), Is.Empty);

    [TestCaseSource(nameof(Projects))]
    public void Test_names_begin_with_no_question_word(string project) => Assert.That(Matches(project, TestName()), Is.Empty);

    private static IReadOnlyList<string> Matches(string project, Regex pattern) =>
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(ProductPaths.Root, project), "*.cs", SearchOption.AllDirectories)
           where !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj")
           from match in pattern.Matches(File.ReadAllText(file))
           select $"{Path.GetRelativePath(ProductPaths.Root, file)}: {match.Groups["seen"].Value}",
    ];

    [GeneratedRegex("""/// ?<(summary|remarks|returns|value|param name="\w+"|typeparam name="\w+")>\s*(///\s*)?(?<seen>(What|Whether|How|Where|Who|Which|Why|Whoever|Whatever|Whose)\b.*)""")]
    private static partial Regex QuestionWord();

    // A path from the project's root in a comment.
    [GeneratedRegex("""//.*?(?<![\w./{"])(?<seen>(?!summary\.|claims\.)[\w./-]+\.md)\b""")]
    private static partial Regex Document();

    [GeneratedRegex("""\[(Test|TestCase|TestCaseSource)\b[^\n]*\]\s*(\[[^\n]*\]\s*)*public (async )?(Task|void) (?<seen>(What|Whether|How|Where|Who|Which|Why|Whoever|Whatever|Whose)_\w+)""")]
    private static partial Regex TestName();
}
