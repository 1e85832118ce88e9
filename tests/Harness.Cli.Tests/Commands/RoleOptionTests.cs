namespace Harness.Cli.Tests.Commands;

/// <summary><c>run --role</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RoleOptionTests : WorkFolderTests
{
    [Test]
    public async Task Another_device_of_the_rig_plays_a_role()
    {
        _work.Write("board.feature", WorkFolder.PassingBoard);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "board.feature", "--rig", WorkFolder.Posix, "--role", "board=p2", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<DeviceReady>().Select(device => device.Device), Is.EqualTo(new[] { "p2" }));
    }

    [TestCase("board", "--role takes ROLE=DEVICE")]
    [TestCase("board=p9", "has no device or role 'p9'")]
    public async Task A_role_without_a_device_is_refused(string typed, string problem)
    {
        _work.Write("board.feature", WorkFolder.PassingBoard);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "board.feature", "--rig", WorkFolder.Posix, "--role", typed);
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Usage), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(problem));
    }
}
