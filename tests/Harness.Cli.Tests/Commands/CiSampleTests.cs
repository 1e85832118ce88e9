using YamlDotNet.RepresentationModel;

namespace Harness.Cli.Tests.Commands;

/// <summary>Checks that the sample CI jobs call commands that exist.</summary>
public sealed partial class CiSampleTests
{
    private static readonly string[] Samples = ["rigs/ci/gitlab-ci.yml", "rigs/ci/github-workflow.yml", ".pre-commit-hooks.yaml"];

    [TestCaseSource(nameof(Samples))]
    public void Is_YAML_and_calls_commands_and_options_that_exist(string sample)
    {
        var calls = Scalars(Load(sample)).SelectMany(text => Call().Matches(text).Select(match => match.Value)).ToList();
        Assert.That(calls, Is.Not.Empty);
        foreach (var call in calls)
        {
            var words = call.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            var parsed = CommandTree.Create().Parse(sample.StartsWith(".pre", StringComparison.Ordinal) ? [.. words, "a.feature"] : words, CommandTree.Parsing);
            Assert.That(parsed.Errors.Select(error => error.Message), Is.Empty, call);
            Assert.That(parsed.CommandResult.Command.Name, Is.EqualTo(words[0]), call);
        }
    }

    [Test]
    public void The_GitLab_job_shows_the_JUnit_file_that_the_run_writes()
    {
        var job = (YamlMappingNode)((YamlMappingNode)Load(Samples[0]))["emulated rig"];
        Assert.That(job["artifacts"]["when"].ToString(), Is.EqualTo("always"));
        Assert.That(job["artifacts"]["reports"]["junit"].ToString(), Is.EqualTo("harness-run/junit.xml"));
        Assert.That(job["script"].ToString(), Does.Contain("--out ../harness-run"));
    }

    [Test]
    public void The_GitHub_job_keeps_its_record_and_summary_also_after_a_failure()
    {
        var steps = (YamlSequenceNode)Load(Samples[1])["jobs"]["emulated-rig"]["steps"];
        var always = steps.Cast<YamlMappingNode>().Where(s => s.Children.ContainsKey("if")).ToList();
        Assert.That(always.Select(s => s["if"].ToString()), Is.EqualTo(new[] { "always()", "always()" }));
        Assert.That(always[1]["with"]["path"].ToString(), Is.EqualTo("harness-run/"));
    }

    private static YamlNode Load(string sample)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(Path.Combine(ProductPaths.Root, sample));
        stream.Load(reader);
        return stream.Documents.Single().RootNode;
    }

    private static IEnumerable<string> Scalars(YamlNode node) => node switch
    {
        YamlScalarNode scalar => [scalar.Value ?? ""],
        YamlSequenceNode list => list.SelectMany(Scalars),
        YamlMappingNode map => map.Children.Values.SelectMany(Scalars),
        _ => [],
    };

    // Up to the characters that a shell would not pass to the program.
    [GeneratedRegex(@"\./harness [^|&;>\n]+")]
    private static partial Regex Call();
}
