namespace Harness.Cli.Tests;

/// <summary>
/// Runs Paho's 27 interoperability cases of MQTT 5 (eclipse/paho.mqtt.testing, interoperability/client_test5.py) at our own broker, set up as the suite expects. The suite is no part of
/// this tree: HARNESS_PAHO names a clone of it.
/// </summary>
[CancelAfter(600_000)]
[Category("Long")]
public sealed partial class PahoInteroperabilityTests : WorkFolderTests
{
    [Test]
    public async Task All_27_cases_pass_at_our_own_broker()
    {
        var suite = Path.Combine(Environment.GetEnvironmentVariable("HARNESS_PAHO") ?? "/nowhere", "interoperability");
        Needs.That(File.Exists(Path.Combine(suite, "client_test5.py")), "Paho's test suite", "git clone https://github.com/eclipse/paho.mqtt.testing paho && export HARNESS_PAHO=$PWD/paho");
        await using var broker = HarnessProcess.Start(
            _work.Path, "broker", "--port", "0", "--server-name", "lab-broker", "--allow-anonymous", "--server-keep-alive", "60", "--forbid", "test/nosubscribe");
        var port = Port().Match(await broker.WaitForAsync("Ctrl-C ends it")).Groups[1].Value;

        await using var cases = HarnessProcess.StartProgram(suite, NeedsProgram.Find("python3", "python3"), "client_test5.py", "-p", port);
        cases.Input.Close();
        var ended = await cases.EndAsync(TimeSpan.FromMinutes(8));

        Assert.That(ended.Stderr, Does.Contain("Ran 27 tests").And.Contain("\nOK"), ended.ToString());
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex Port();
}
