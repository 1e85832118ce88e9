namespace Harness.Cli.Tests.Plugins;

/// <summary>The option <c>--plugin</c> of every command that opens a rig with its drivers.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PluginOptionTests : WorkFolderTests
{
    [TestCase("run")]
    [TestCase("claims")]
    [TestCase("measure sha256")]
    [TestCase("baseline set sha256")]
    [TestCase("leak tag-compare")]
    [TestCase("vectors tests/vectors/vectors.json --device host")]
    [TestCase("doctor")]
    [TestCase("console board")]
    [TestCase("steps")]
    public async Task A_file_that_is_no_assembly_is_refused_by_every_command_that_takes_plugins(string command)
    {
        _work.Write("lab.dll", "hello");
        var ended = await HarnessProcess.RunAsync(_work.Path, [.. command.Split(' '), "--plugin", "lab.dll"]);
        Assert.Multiple(() =>
        {
            Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Usage), ended.ToString());
            Assert.That(ended.Stderr, Does.Contain("lab.dll").And.Contain("is no .NET assembly"), ended.ToString());
        });
    }
}
