using Harness.Brokers.Conformance.Clients;

namespace Harness.Brokers.Tests.Conformance.Clients;

/// <summary>Statements decided at scripted devices: one that does nothing wrong, one for each wrong, one that does nothing, and one that hangs up.</summary>
[CancelAfter(120_000)]
[Parallelizable(ParallelScope.All)]
public sealed class ClientConformanceTests
{
    private static readonly DeviceManner Plain = new() { KeepAlive = 1, Shares = true, Retains = true, UsesAliases = true, AliasMaximum = 5, ResponseTopic = "answer/x" };

    private static readonly DeviceManner Named = Plain with
    {
        Will = new MqttWill("will/topic", "w"u8.ToArray(), QualityOfService.AtLeastOnce, true), User = "user", Password = "word"u8.ToArray(), CleanStart = false,
    };

    private static readonly SemaphoreSlim AtOnce = new(12);

    // The faulty devices are mostly waited for, so they are tried beside each other, once for all cases.
    private static readonly Lazy<IReadOnlyDictionary<string, Task<IReadOnlyList<ConformanceOutcome>>>> Tried = new(() => DeviceFaults.All.ToDictionary(fault => fault.Name, TryAsync));

    private static IEnumerable<TestCaseData> Faults() => DeviceFaults.All.Select(fault => new TestCaseData(fault).SetArgDisplayNames(fault.Name));

    [TestCase(MqttVersion.V311)]
    [TestCase(MqttVersion.V5)]
    public void Numbers_are_those_of_one_version_and_each_is_there_once(MqttVersion version)
    {
        var numbers = ClientStatement.All.Where(s => s.Version == version).Select(s => s.Number).ToList();

        Assert.That(numbers, Is.Unique.And.All.Match(@"^MQTT-\d[.-]\d+\.\d+-\d+$"));
        Assert.That(numbers, Has.Count.AtLeast(50));
    }

    [Test]
    public void A_device_that_violates_it_stands_for_each_statement() =>
        Assert.That(ClientStatement.All.Select(Name).Except(DeviceFaults.All.SelectMany(f => f.Violated)), Is.Empty);

    [Test]
    public async Task A_device_that_does_nothing_wrong_conforms_to_all_that_it_uses(CancellationToken cancellationToken)
    {
        DeviceManner[] manners = [Plain, Named, Plain with { ClientId = "" }, Plain with { Method = "method" }];
        var outcomes = (await Task.WhenAll(manners.Select(manner => RunAsync(manner, ClientStatement.All, 2, cancellationToken)))).SelectMany(o => o).ToList();

        Assert.That(outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Violates).Select(Words), Is.Empty);
        Assert.That(outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Conforms).Select(o => Name(o.Statement)).Distinct(), Is.EquivalentTo(ClientStatement.All.Select(Name)),
            string.Join('\n', outcomes.Where(o => o.Finding.Verdict != ConformanceVerdict.Conforms).Select(Words)));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_device_with_one_fault_violates_the_statements_about_it(object fault, CancellationToken cancellationToken)
    {
        var (name, _, violated) = (DeviceFault)fault;

        var outcomes = await Tried.Value[name].WaitAsync(cancellationToken);

        Assert.That(outcomes.Select(o => Name(o.Statement)), Is.EquivalentTo(violated));
        Assert.That(outcomes.Where(o => o.Finding.Verdict != ConformanceVerdict.Violates).Select(Words), Is.Empty);
    }

    [Test]
    public async Task A_device_that_does_nothing_leaves_undecided_what_it_did_not_do(CancellationToken cancellationToken)
    {
        var deaf = new DeviceManner { Acts = false, Hears = () => p => p is ConnAckPacket ? p : null };

        var outcomes = await RunAsync(deaf, [.. ClientStatement.All.Where(s => s.Number.StartsWith("MQTT-4", StringComparison.Ordinal) && !s.Number.StartsWith("MQTT-4.12", StringComparison.Ordinal))], 1, cancellationToken);

        Assert.That(outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Conforms).Select(Words), Is.Empty);
        Assert.That(outcomes.Count(o => o.Finding.Verdict == ConformanceVerdict.NotDecided), Is.GreaterThan(20));
    }

    [Test]
    public void A_device_that_never_comes_is_told_as_that(CancellationToken cancellationToken)
    {
        var never = new ClientUnderTest(new IPEndPoint(IPAddress.Loopback, 0)) { ConnectWithin = TimeSpan.FromMilliseconds(100) };

        Assert.That(async () => await ClientConformanceRun.RunAsync(never, ClientStatement.All, null, cancellationToken), Throws.InstanceOf<MqttNotConnectedException>().With.Message.Contains("start the device"));
    }

    [Test]
    public async Task A_device_that_stays_away_after_its_first_visit_leaves_the_rest_undecided(CancellationToken cancellationToken)
    {
        var visits = 0;
        var client = Client(new DeviceManner(), 0.2) with { ConnectWithin = TimeSpan.FromMilliseconds(200) };
        client = client with { Start = (server, version) => ScriptedDevice.Of(new DeviceManner())(Interlocked.Increment(ref visits) > 1 ? new IPEndPoint(IPAddress.Loopback, 1) : server, version) };

        var outcomes = await ClientConformanceRun.RunAsync(client, [.. ClientStatement.All.Where(s => s.Version == MqttVersion.V5)], null, cancellationToken);

        Assert.That(outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Violates).Select(Words), Is.Empty);
        Assert.That(outcomes.Select(o => o.Finding.Seen), Has.Some.Contains("no device comes any more"));
        Assert.That(visits, Is.LessThan(12));
    }

    [Test]
    public async Task A_device_of_one_version_leaves_the_other_absent(CancellationToken cancellationToken)
    {
        var client = Client(new DeviceManner(), 0.2) with { SpeaksBoth = false };
        client = client with { Start = (server, _) => ScriptedDevice.Of(new DeviceManner())(server, MqttVersion.V5) };

        var outcomes = await ClientConformanceRun.RunAsync(client, [.. ClientStatement.All.Where(s => s.Number is "MQTT-3.1.0-1" or "MQTT-3.8.1-1")], null, cancellationToken);

        Assert.That(outcomes.Select(o => (o.Statement.VersionName, o.Finding.Verdict)), Is.EqualTo(new[]
        {
            ("3.1.1", ConformanceVerdict.OptionalFeatureAbsent), ("3.1.1", ConformanceVerdict.OptionalFeatureAbsent), ("5.0", ConformanceVerdict.Conforms), ("5.0", ConformanceVerdict.Conforms),
        }));
    }

    [TestCase("MQTT-3.2.2-11")]
    [TestCase("MQTT-3.2.2-14")]
    [TestCase("MQTT-3.2.2-15")]
    [TestCase("MQTT-3.2.2-17")]
    [TestCase("MQTT-4.12.0-7")]
    public async Task A_device_that_hangs_after_its_login_keeps_no_limit(string number, CancellationToken cancellationToken)
    {
        var visits = 0;
        var hangs = Plain with { Acts = false, KeepAlive = 0, Hears = () => p => p is ConnAckPacket ? p : null };
        var client = Client(Plain, 0.5);
        client = client with { Start = (server, version) => ScriptedDevice.Of(Interlocked.Increment(ref visits) > 1 ? hangs : Plain)(server, version) };

        var outcomes = await ClientConformanceRun.RunAsync(client, [.. ClientStatement.All.Where(s => s.Version == MqttVersion.V5 && s.Number == number)], null, cancellationToken);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.EqualTo(new[] { ConformanceVerdict.NotDecided }), outcomes[0].Finding.Seen);
    }

    [TestCase("MQTT-3.2.2-5")]
    [TestCase("MQTT-4.3.3-6")]
    [TestCase("MQTT-4.4.0-2")]
    public async Task A_device_that_comes_back_and_hangs_has_discarded_and_kept_nothing(string number, CancellationToken cancellationToken)
    {
        var hangs = Plain with
        {
            CleanStart = false,
            KeepAlive = 0,
            Hears = () =>
            {
                var logins = 0;
                return p => (logins += p is ConnAckPacket ? 1 : 0) > 1 ? null : p; // from its second login on it acts on nothing
            },
        };

        var outcomes = await RunAsync(hangs, [.. ClientStatement.All.Where(s => s.Version == MqttVersion.V5 && s.Number == number)], 1, cancellationToken);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.EqualTo(new[] { ConformanceVerdict.NotDecided }), outcomes[0].Finding.Seen);
    }

    private static async Task<IReadOnlyList<ConformanceOutcome>> TryAsync(DeviceFault fault)
    {
        await AtOnce.WaitAsync();
        try
        {
            return await RunAsync(fault.Manner, [.. ClientStatement.All.Where(s => fault.Violated.Contains(Name(s)))], 1, CancellationToken.None);
        }
        finally
        {
            AtOnce.Release();
        }
    }

    private static ClientUnderTest Client(DeviceManner manner, double answerWithin) => new(new IPEndPoint(IPAddress.Loopback, 0))
    {
        Start = ScriptedDevice.Of(manner), SpeaksBoth = true, AnswerWithin = TimeSpan.FromSeconds(answerWithin), ObserveFor = TimeSpan.FromSeconds(answerWithin),
        Settle = TimeSpan.FromMilliseconds(200), ReturnWithin = TimeSpan.FromSeconds(5),
    };

    private static Task<IReadOnlyList<ConformanceOutcome>> RunAsync(DeviceManner manner, IReadOnlyList<ClientStatement> statements, double answerWithin, CancellationToken cancellationToken) =>
        ClientConformanceRun.RunAsync(Client(manner, answerWithin), statements, null, cancellationToken);

    private static string Name(Statement statement) => $"{statement.VersionName} {statement.Number}";

    private static string Words(ConformanceOutcome outcome) => $"{Name(outcome.Statement)} {outcome.Finding}";
}
