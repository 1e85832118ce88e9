using System.Text;
using Harness.Schemes.Scram;

namespace Harness.Bench.Tests.Parties;

/// <summary>A board as a client of SCRAM-SHA-256, against the server of this process.</summary>
[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class BoardScramTests(string rig)
{
    private const string Pass = "correct horse, = battery";
    private readonly BoardOfRig _board = new(rig);

    [OneTimeTearDown]
    public async Task PowerOff() => await _board.DisposeAsync();

    [Test]
    public async Task It_logs_in_and_its_payloads_travel_as_they_are()
    {
        var board = await ProvisionedAsync(Pass);
        Assert.That(Refusal(async () => await board.SealAsync("t", new byte[] { 1 }, Stop)), Is.EqualTo(PartyRefusal.State), "before a login");
        var (server, proof) = await ProveAsync(board, Pass);
        Assert.That(server.TryVerify(proof), Is.True);
        var end = await board.Scram!.FinishAsync(server.Final(), Stop);
        Assert.That((end.Value, end.Ticks is not null), Is.EqualTo((Harness.Crypto.Fingerprints.Of(server.Signature.Span), true)));
        Assert.That((await board.SealAsync("t", new byte[] { 1, 2 }, Stop)).Value, Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That((await board.OpenAsync("t", new byte[] { 3 }, Stop)).Value, Is.EqualTo(new byte[] { 3 }));
        Assert.That((await board.CountsAsync(Stop)).Hashes, Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public async Task A_wrong_password_gives_a_proof_that_does_not_verify_and_a_signature_that_is_refused()
    {
        var board = await ProvisionedAsync("another");
        var (server, proof) = await ProveAsync(board, Pass);
        Assert.That(server.TryVerify(proof), Is.False);
        Assert.That(Refusal(async () => await board.Scram!.FinishAsync(server.Final(), Stop)), Is.EqualTo(PartyRefusal.BadTag));
    }

    [TestCase("r=x,s=YQ==,i=4096", PartyRefusal.BadNonce)]
    [TestCase("r={0},s=YQ==,i=4096", PartyRefusal.BadNonce)]
    [TestCase("r={0}x,s=YQ==,i=4095", PartyRefusal.BadIterations)]
    [TestCase("r={0}x,s=YQ==,i=65536", PartyRefusal.BadIterations)]
    [TestCase("r={0}x,s=YQ=,i=4096", PartyRefusal.BadMessage)]
    [TestCase("m=1,r={0}x,s=YQ==,i=4096", PartyRefusal.BadMessage)]
    [TestCase("", PartyRefusal.BadMessage)]
    public async Task A_bad_challenge_is_refused_with_its_reason_and_ends_the_login(string challenge, PartyRefusal refusal)
    {
        var board = await ProvisionedAsync(Pass);
        Assert.That(ScramClientFirst.TryDecode((await board.Scram!.InitAsync(Stop)).Value, out var first), Is.True);
        Assert.That(Refusal(async () => await board.Scram!.StepAsync(Encoding.ASCII.GetBytes(challenge.Replace("{0}", first!.Nonce, StringComparison.Ordinal)), Stop)), Is.EqualTo(refusal));
        Assert.That(Refusal(async () => await board.Scram!.StepAsync("r=a"u8.ToArray(), Stop)), Is.EqualTo(PartyRefusal.State));
    }

    [TestCase(257)]
    [TestCase(1500)]
    public async Task A_challenge_that_is_too_long_is_refused_and_the_board_answers_on(int bytes)
    {
        var board = await ProvisionedAsync(Pass);
        await board.Scram!.InitAsync(Stop);
        Assert.That(Refusal(async () => await board.Scram!.StepAsync(new byte[bytes], Stop)), Is.EqualTo(PartyRefusal.BadMessage));
        Assert.That((await board.Scram!.InitAsync(Stop)).Value, Is.Not.Empty);
    }

    [Test]
    public async Task Another_scheme_leaves_nothing_of_it()
    {
        var board = await ProvisionedAsync(Pass);
        await board.ResetAsync(Stop);
        Assert.That(board.Scram, Is.Null);
    }

    [TestCase("scram.json", 1)] // RFC 7677 section 3
    [TestCase("esfahani.json", 4)]
    public async Task A_test_build_gives_the_known_answers_of_logins(string vectors, int cases)
    {
        var file = VectorFile.Load(Path.Combine(TestEnvironment.Root, "tests", "vectors", vectors));
        var loaded = RigFile.Load(TestEnvironment.Rig(rig));
        await using var bench = new TestBench(loaded, new TestBenchOptions { TestFirmware = true });
        var device = await VectorDevices.OpenAsync(bench, "second board", TestEnvironment.Timeout());
        var result = await VectorRun.RunAsync(file, device, TestEnvironment.TimeLimit, null, null, TestEnvironment.Timeout());
        Assert.That((result.Verdict, result.Passed), Is.EqualTo((Verdict.Pass, cases)), VectorReport.Render(result, rig));
    }

    private static CancellationToken Stop => TestEnvironment.Timeout();

    private static PartyRefusal? Refusal(AsyncTestDelegate run) => Assert.ThrowsAsync<PartyRefusedException>(run)?.Refusal;

    private async Task<SerialParty> ProvisionedAsync(string password)
    {
        var board = _board.Get();
        await board.ProvisionAsync(new PartyIdentity("sensor=7,a", "broker", password, "p256", "framed") { Scheme = SchemeNames.Scram }, Stop);
        return board;
    }

    private static async Task<(ScramServer Server, ScramClientFinal Proof)> ProveAsync(SerialParty board, string password)
    {
        Assert.That(ScramClientFirst.TryDecode((await board.Scram!.InitAsync(Stop)).Value, out var first), Is.True);
        Assert.That(first!.Name, Is.EqualTo("sensor=7,a"));
        var server = new ScramServer(first, ScramCredential.Create(password));
        Assert.That(ScramClientFinal.TryDecode((await board.Scram!.StepAsync(server.Challenge, Stop)).Value, out var proof), Is.True);
        Assert.That(server.Continues(proof!), Is.True);
        return (server, proof!);
    }
}
