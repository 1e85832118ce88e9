namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness leak --broker</c>: its samples and their judgement, its record, its guard. The times themselves are the machine's: RefusalTimingTests judges made-up ones.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class BrokerLeakTests : WorkFolderTests
{
    private const string Password = "quite-secret";

    [Test]
    public async Task The_documented_line_judges_refused_logins_and_keeps_every_sample()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Passwords = login => Encoding.UTF8.GetString(login.Password.Span) == Password ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword });
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");
        var words = CommandLines.Words(Documents.Lines("./harness").First(l => l.Document == "README.md" && l.Line.Contains("leak --broker", StringComparison.Ordinal)).Line).ToList();
        words[words.IndexOf("--broker") + 1] = address;
        words[words.IndexOf("--samples") + 1] = "120";
        _work.WriteSecret("pw", Password + "\n");

        var ended = await HarnessProcess.RunAsync(_work.Path, [.. words, "--password-file", "pw", "--out", "l", "--json"]);

        Assert.That(ended.ExitCode, Is.AnyOf(0, 1, 4), ended.ToString());
        var told = JsonDocument.Parse(ended.Stdout).RootElement;
        var step = told.GetProperty("steps")[0];
        Assert.That((told.GetProperty("subject").GetString(), told.GetProperty("device").GetString(), told.GetProperty("n").GetInt32()), Is.EqualTo(("refused-logins", address, 120)));
        Assert.That(new[] { "first", "second", "control" }.Select(c => step.GetProperty(c).GetArrayLength()), Is.All.EqualTo(120));
        var record = _work.Record("l");
        Assert.That(record.OfType<SamplesSummarized>().Count(), Is.EqualTo(3));
        Assert.That(record.OfType<ScenarioFinished>().Single().Id, Is.EqualTo($"leak --broker {address} --user tester --samples 120"));
        foreach (var file in Directory.EnumerateFiles(_work["l"], "*", SearchOption.AllDirectories))
        {
            Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), Does.Not.Contain(Password), file);
        }
    }

    [TestCase("--i-own 192.0.2.1:1883", "--broker", "192.0.2.1:1883", "--user", "tester")]
    [TestCase("needs --user", "--broker", "127.0.0.1:1")]
    [TestCase("four ways", "--broker", "127.0.0.1:1", "--all")]
    public async Task A_broker_not_owned_and_a_wrong_line_are_status_2(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["leak", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }
}
