namespace Harness.Bench.Tests.Devices;

/// <summary>A terminal's name that the kernel has given to another program, as the emulator ended after it had named it.</summary>
public sealed class EmulatorTerminalTests
{
    [TestCase(LinkFailure.Busy)]
    [TestCase(LinkFailure.Missing)]
    public async Task Another_emulator_is_started_where_the_terminal_is_not_its_own_any_more(LinkFailure failure)
    {
        var opened = new List<string>();
        await using var bench = Bench(failure, opened, failures: 1);
        _ = await bench.GetPartyAsync("board", TestEnvironment.Timeout());
        Assert.That(opened, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task One_that_never_has_a_terminal_is_a_broken_rig()
    {
        var opened = new List<string>();
        await using var bench = Bench(LinkFailure.Busy, opened, failures: int.MaxValue);
        Assert.That(async () => await bench.GetPartyAsync("board", TestEnvironment.Timeout()), Throws.InstanceOf<Harness.Record.RigErrorException>());
        Assert.That(opened, Has.Count.EqualTo(3));
    }

    private static TestBench Bench(LinkFailure failure, List<string> opened, int failures) => new(RigFile.Load(TestEnvironment.Rig("posix.yaml")), new TestBenchOptions
    {
        OpenLink = (path, settings) =>
        {
            opened.Add(path);
            return opened.Count > failures ? TtyLink.Open(path, settings) : throw new LinkException(failure, path, $"{path}: held by dotnet", "ps");
        },
    });
}
