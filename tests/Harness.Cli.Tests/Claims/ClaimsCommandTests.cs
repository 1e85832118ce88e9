using Harness.Adversary.Claims;

namespace Harness.Cli.Tests.Claims;

/// <summary><c>harness claims</c> as a user types it, on a rig whose devices are all in the program's own process.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClaimsCommandTests : IDisposable
{
    private const string Hosts = """
        rig: hosts
        server: harness-broker
        group: p256
        profile: as-published
        key_bits: 128
        timeouts: { handshake: 30 s, reply: 4 s, boot: 10 s }
        broker: { kind: embedded, address: 127.0.0.1, port: 0 }
        devices:
          one: { kind: host }
          two: { kind: host }
        roles: { board: one, host: two }
        """;

    private readonly WorkFolder _work = new();

    public ClaimsCommandTests() => _work.Write("hosts.yaml", Hosts);

    public void Dispose() => _work.Dispose();

    // The features of the claims run on boards in the ordinary suite; here the command is what is tested.
    [TestCase(SchemeNames.AugMqtt)]
    [TestCase(null, Category = "Long")]
    public async Task Every_cell_is_decided_as_the_table_expects_and_the_run_ends_with_0(string? only)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["claims", "--rig", "hosts.yaml", "--out", "r", "--json", .. only is null ? [] : new[] { "--scheme", only }]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        using var json = JsonDocument.Parse(ended.Stdout);
        var seen = json.RootElement.GetProperty("cells").EnumerateArray()
            .ToDictionary(c => (c.GetProperty("scheme").GetString()!, c.GetProperty("claim").GetString()!, c.GetProperty("aspect").GetString()!), c => c.GetProperty("seen").GetString()!);
        var expected = from scheme in only is null ? SchemeNames.All : [only]
                       from cell in ClaimTable.Cells
                       where Attacks.All.Any(a => a.Schemes.Contains(scheme) && a.Cell.Claim == cell.Claim)
                       select ((scheme, ClaimNames.Word(cell.Claim), cell.Aspect), ClaimCells.Word(ClaimTable.Expected(scheme, cell)));
        Assert.That(seen, Is.EquivalentTo(expected.ToDictionary(e => e.Item1, e => e.Item2)));
    }

    [Test]
    public async Task One_claim_of_one_scheme_leaves_tables_evidence_and_captures()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--rig", "hosts.yaml", "--scheme", "mqtt-auth", "--claim", "DI", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("as reconstructed").And.Contain("DI data integrity, wire").And.Contain("3 cells: 3 as expected"));
        Assert.That(File.ReadAllText(_work["r/claims.md"]), Does.Contain("di-broker-forges").And.Contain("mqtt-auth (as reconstructed)"));
        var attacks = _work.Record("r").OfType<AttackEnded>().ToList();
        Assert.That(attacks.Select(a => a.Attack), Is.EquivalentTo(Attacks.All.Where(a => a.Cell.Claim == Claim.DataIntegrity && a.Schemes.Contains(SchemeNames.MqttAuth)).Select(a => a.Id)));
        foreach (var capture in attacks.Select(a => a.Capture).OfType<string>())
        {
            using var file = File.OpenRead(_work[$"r/{capture}"]);
            var magic = new byte[4];
            file.ReadExactly(magic);
            Assert.That(magic, Is.EqualTo(new byte[] { 0x0a, 0x0d, 0x0d, 0x0a }), $"{capture} begins as pcapng does");
        }

        var page = File.ReadAllText(_work["r/report.html"]);
        Assert.That(page.Contains("<td>Publish Message</td>", StringComparison.Ordinal) && page.Contains("<code>mqtt.topic</code>", StringComparison.Ordinal), "the report lists the packets of captures");
        Assert.That(page.Contains("are not listed", StringComparison.Ordinal), Is.False);

        Assert.That(attacks.Count(a => a.Capture is not null), Is.GreaterThan(0));
    }

    [Test]
    public async Task Costs_of_a_board_without_maps_and_STACK_are_not_known_with_the_next_command()
    {
        var rig = Path.Combine(ProductPaths.Root, "rigs", "posix.yaml");
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--costs", "--scheme", SchemeNames.Esfahani2019, "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("What each scheme takes on p1 (posix, build ").And.Contain("next: make -C rigs/firmware footprints").And.Contain("(STACK)").And.Not.Contain(" p2 "));
        var footprint = _work.Record("r").OfType<SchemeFootprint>().Single();
        Assert.That((footprint.Flash, footprint.Ram, footprint.Stack), Is.EqualTo(((long?)null, (long?)null, (long?)null)));
    }

    [Test]
    public async Task A_rig_without_boards_is_not_asked_for_their_memory()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--costs", "--scheme", SchemeNames.Scram, "--rig", "hosts.yaml", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("nothing to run: --scheme scram --costs"));
    }

    [Test]
    public async Task A_report_from_the_record_equals_the_printed_one()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--rig", "hosts.yaml", "--attack", "nr-subscriber-forges", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var before = File.ReadAllText(_work["r/claims.md"]);
        File.Delete(_work["r/claims.md"]);
        Reporting.Reports.WriteBeside(_work["r"]);
        Assert.That(File.ReadAllText(_work["r/claims.md"]), Is.EqualTo(before));
    }

    [Test]
    public async Task Publisher_and_subscriber_can_be_chosen()
    {
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "claims", "--rig", "hosts.yaml", "--attack", "dp-curious-broker", "--scheme", "augmqtt", "--publisher", "host", "--subscriber", "one", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var attack = _work.Record("r").OfType<AttackEnded>().Single();
        Assert.That((attack.Publisher, attack.Subscriber), Is.EqualTo(("two", "one")));
    }

    [TestCase("nearest: ", "claims --rig hosts.yaml --list", "--attack", "di-flip")]
    [TestCase("mqtt-present", "claims --help", "--scheme", "mqtt-future")]
    [TestCase("REPLAY", "claims --help", "--claim", "XX")]
    [TestCase("known: board, host, one, two", "rig show", "--publisher", "nobody")]
    [TestCase("are one device", "name two", "--publisher", "board", "--subscriber", "one")]
    [TestCase("attacks nothing", "claims --help", "--costs", "--claim", "DI")]
    public async Task Mistyped_arguments_are_refused_with_the_next_command(string says, string next, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["claims", "--rig", "hosts.yaml", .. arguments]);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says).And.Contain(next));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }

    [Test]
    public async Task The_list_names_every_attack_with_its_control()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--list");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        foreach (var attack in Attacks.All)
        {
            Assert.That(ended.Stdout, Does.Contain($"{attack.Id}  {attack.Cell}").And.Contain(attack.Control));
        }
    }

    [Test]
    public async Task A_record_with_claims_is_reported_with_their_tables()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "claims", "--rig", "hosts.yaml", "--attack", "dp-curious-broker", "--scheme", "augmqtt", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var console = await HarnessProcess.RunAsync(_work.Path, "report", "r");
        Assert.That(console.Stdout, Does.Contain("dp-curious-broker won").And.Contain("1 cells: 1 as expected").And.Contain("PASSED"));
        var markdown = await HarnessProcess.RunAsync(_work.Path, "report", "r", "--markdown");
        Assert.That(markdown.Stdout, Does.Contain(File.ReadAllText(_work["r/claims.md"]).TrimEnd()));
    }

    [Test]
    [Category("Long")]
    public Task Twenty_runs_come_to_the_same_verdicts() => SameVerdictsAsync(_work["hosts.yaml"]);

    [TestCase("posix.yaml")]
    [TestCase("sim.yaml")]
    [Category("Long")]
    [NonParallelizable]
    public Task Twenty_runs_on_boards_come_to_the_same_verdicts(string rig)
    {
        if (rig == "sim.yaml")
        {
            NeedsProgram.Find("qemu-system-arm", "qemu-system-arm");
        }

        return SameVerdictsAsync(Path.Combine(ProductPaths.Root, "rigs", rig));
    }

    private async Task SameVerdictsAsync(string rig)
    {
        string? first = null;
        for (var i = 0; i < 20; i++)
        {
            await using var run = HarnessProcess.Start(_work.Path, "claims", "--rig", rig, "--out", $"r{i}", "--json");
            var ended = await run.EndAsync(TimeSpan.FromMinutes(5));
            Assert.That(ended.ExitCode, Is.Zero, $"run {i}: {ended}");
            using var json = JsonDocument.Parse(ended.Stdout);
            var cells = json.RootElement.GetProperty("cells").EnumerateArray().Select(c => $"{c.GetProperty("scheme")} {c.GetProperty("claim")} {c.GetProperty("aspect")} {c.GetProperty("seen")}");

            // The cells, each attack with its positive control, and each finding: everything that a run decides.
            var record = _work.Record($"r{i}");
            var attacks = record.OfType<AttackEnded>().Select(a => $"{a.Scheme} {a.Attack} {a.Won} {a.ControlWon}");
            var findings = record.OfType<FindingJudged>().Select(f => $"{f.Scheme} {f.Finding} {f.Shown} {f.Repaired}");
            var verdicts = string.Join('\n', [.. cells, .. attacks, .. findings]);
            Assert.That(record.OfType<ScenarioFinished>().Select(s => s.Verdict), Has.All.EqualTo(Verdict.Pass), $"run {i}");
            first ??= verdicts;
            Assert.That(verdicts, Is.EqualTo(first), $"run {i}");
        }
    }
}
