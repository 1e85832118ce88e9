namespace Harness.Brokers.Tests.Audit;

/// <summary>Checks the questions about SCRAM-SHA-256: a right server has no finding, and each planted fault is its own finding, with evidence and the setting that mends it.</summary>
[CancelAfter(60_000)]
public sealed class ScramAuditTests
{
    private static readonly BrokerLogin Tester = new("tester", "quite-secret"u8.ToArray());
    private static readonly FaultyScram Right = new(Tester.User, "quite-secret");

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Of("scram.iterations", Right with { Iterations = 1000, IterationsOfStrangers = 1000 }, "i=1000");
        yield return Of("scram.early", Right with { AsksForProof = false }, "before any proof");
        yield return Of("scram.syntax", Right with { SpeaksScram = false }, "no server-first-message");
        yield return Of("scram.nonce", Right with { ServerNonce = "always-this" }, "the same nonce at two logins", "scram.replay");
        yield return Of("scram.salt", Right with { ChangesSalt = true }, "another at each login");
        yield return Of("scram.salt", Right with { SaltLength = 4 }, "4 bytes");
        yield return Of("scram.users", Right with { SharesSalt = true }, "two names have one salt");
        yield return Of("scram.users", Right with { KnowsStrangers = false }, "gets no challenge");
        yield return Of("scram.users", Right with { StableStrangers = false }, "another salt at each login");
        yield return Of("scram.users", Right with { IterationsOfStrangers = 8192 }, "i=8192 for a name that does not exist");
        yield return Of("scram.users", Right with { RefusalOfStrangers = ReasonCode.BadUserNameOrPassword }, "CONNACK 0x86");
        yield return Of("scram.proof", Right with { ChecksProof = false }, "let in");
        yield return Of("scram.nonce-checked", Right with { ChecksNonce = false }, "let in");
        yield return Of("scram.binding", Right with { ChecksHeader = false }, "let in");
        yield return Of("scram.extension", Right with { ChecksExtension = false }, "let in");
        yield return Of("scram.server", Right with { Signs = false }, "without the right signature");

        static TestCaseData Of(string finding, FaultyScram server, string evidence, params string[] others) =>
            new TestCaseData(finding, server, evidence, others).SetArgDisplayNames(finding, evidence);
    }

    [Test]
    public async Task A_right_server_has_no_finding_and_every_question_is_asked(CancellationToken cancellationToken)
    {
        var checks = await AskAsync(Right, cancellationToken);

        Assert.That(checks.Select(c => (c.Id, c.Severity, c.WasTried)), Is.All.Matches<(string, AuditSeverity? Severity, bool WasTried)>(c => c is { Severity: null, WasTried: true }), string.Join('\n', checks));
        Assert.That(checks.Select(c => c.Id), Is.SupersetOf(new[] { "scram.iterations", "scram.nonce", "scram.salt", "scram.users", "scram.server", "scram.replay", "scram.proof", "scram.nonce-checked", "scram.binding", "scram.extension" }));
        Assert.That(checks.Select(c => c.Evidence), Has.None.Contains("quite-secret"));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_planted_fault_is_found_and_nothing_else(string finding, object server, string evidence, string[] others, CancellationToken cancellationToken)
    {
        var checks = await AskAsync((FaultyScram)server, cancellationToken);

        Assert.That(checks.Where(c => c.Severity is not null).Select(c => c.Id), Is.EquivalentTo((string[])[finding, .. others]), string.Join('\n', checks));
        Assert.That(checks.Single(c => c.Id == finding).Evidence, Does.Contain(evidence));
        Assert.That(checks.Where(c => c.Severity is not null).Select(c => c.Setting), Is.All.Not.Empty);
    }

    [Test]
    public async Task A_broker_without_SCRAM_and_one_that_is_told_no_user_are_not_tried(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        var target = new AuditTarget(broker.Endpoint, "127.0.0.1");

        var nobody = await ScramAudit.RunAsync(target, new ActiveScope([], []), broker.Endpoint, cancellationToken);
        var none = await ScramAudit.RunAsync(target with { User = Tester.User, Password = Tester.Password.ToArray() }, new ActiveScope([], []), broker.Endpoint, cancellationToken);

        Assert.That(nobody.Concat(none).Select(c => (c.Id, c.WasTried)), Is.EqualTo(new[] { ("scram", false), ("scram", false) }));
        Assert.That(none[0].Evidence, Does.Contain("0x8c"));
    }

    [Test]
    public async Task Our_own_broker_has_no_finding_where_the_user_s_ClientId_is_named(CancellationToken cancellationToken)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.Scram });
        var device = testbed.AddHost("tester", new PartyIdentity("tester", "broker.test", "quite-secret", "p256", "rfc6628") { Scheme = SchemeNames.Scram });
        await testbed.StartAsync(cancellationToken);
        Assert.That((await device.TryLogInAsync(new LoginRequest(), cancellationToken)).Succeeded, Is.True);
        var target = new AuditTarget(testbed.Endpoint, "127.0.0.1") { User = Tester.User, Password = Tester.Password.ToArray() };

        var unnamed = await ScramAudit.RunAsync(target, new ActiveScope([], []), testbed.Endpoint, cancellationToken);
        var named = await ScramAudit.RunAsync(target, new ActiveScope(["tester"], []), testbed.Endpoint, cancellationToken);

        Assert.That(unnamed.Single().Evidence, Does.Contain("--client tester"));
        Assert.That(named.Where(c => c.Severity is not null || !c.WasTried), Is.Empty, string.Join('\n', named));
        Assert.That(named, Has.Count.GreaterThan(8));
    }

    private static async Task<IReadOnlyList<AuditCheck>> AskAsync(FaultyScram server, CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Authenticator = server }, cancellationToken);
        var target = new AuditTarget(broker.Endpoint, "127.0.0.1") { User = Tester.User, Password = Tester.Password.ToArray() };
        return await ScramAudit.RunAsync(target, new ActiveScope([], []), broker.Endpoint, cancellationToken);
    }
}
