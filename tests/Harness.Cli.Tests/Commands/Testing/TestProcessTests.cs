namespace Harness.Cli.Tests.Commands.Testing;

[TestFixture]
internal sealed class TestProcessTests
{
    private const string Ignored = "grep SigIgn /proc/self/status";

    [Test]
    public async Task A_part_that_a_script_started_in_the_background_can_be_interrupted()
    {
        // A shell that ignores Ctrl-C hands that on to its children, this one's among them; env is asked for the opposite as the part itself is.
        var (_, plain) = await TestProcess.RunAsync("sh", ["-c", Ignored], CancellationToken.None);
        Assert.That(Interrupt(plain), Is.False, plain);
        var (_, trapped) = await TestProcess.RunAsync("sh", ["-c", $"trap '' INT; {Ignored}"], CancellationToken.None);
        Assert.That(Interrupt(trapped), Is.True, "the control: " + trapped);
    }

    [Test]
    public void The_suite_itself_can_be_interrupted() => Assert.That(
        Interrupt(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn", StringComparison.Ordinal))), Is.False);

    // The second bit is signal 2.
    private static bool Interrupt(string line) =>
        (Convert.ToUInt64(line.Trim().Split('\t', ' ')[^1], 16) & 2) != 0;
}
