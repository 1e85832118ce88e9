namespace Harness.Bench.Tests.Vectors;

/// <summary>Boards whose replies differ from our firmware's: other lists, other errors, wrong values.</summary>
public sealed class BoardAnswerTests
{
    private const string Id = "OK proto=1 fw=harness build=0badcafe board=fake clock=1000 schemes=mqtt-present profiles=rfc6628 groups=p256 "
        + "ciphers=present80 modes=ecb trigger=none line=400 payload=64 rng=0 test=1 t=1";

    private FakeBoard _board = null!;
    private BenchClient _client = null!;

    [SetUp]
    public void Wire()
    {
        _board = new FakeBoard();
        _client = new BenchClient(_board.Line, new BenchClientOptions { Board = "fake", Reply = TestEnvironment.TimeLimit, Boot = TestEnvironment.TimeLimit, NextCommand = "look" });
    }

    [TearDown]
    public async Task Unwire()
    {
        await _client.DisposeAsync();
        await _board.DisposeAsync();
    }

    [TestCase("OK V=00 t=1", "OK V=")]
    [TestCase("OK t=1", "OK")]
    [TestCase("ERR FORMAT odd", "ERR FORMAT odd")]
    [TestCase("ERR BAD-TAG no", "ERR BAD-TAG")]
    [TestCase("ERR STATE first", "ERR STATE")]
    public async Task An_element_must_be_refused_as_BAD_ELEMENT_and_nothing_else(string answer, string seen)
    {
        var outcome = await RunAsync("augpake_reject", 18, request =>
            request.StartsWith("AUG.STEP") ? answer : request.StartsWith("AUG.FINISH") ? "ERR STATE over" : "OK X=00 t=1");
        Assert.That(outcome.Mismatches.Select(m => (m.Field, m.Expected, m.Seen)), Is.EqualTo(new[] { ("element", "ERR BAD-ELEMENT", seen) }));
    }

    [Test]
    public async Task A_refused_element_must_end_the_handshake()
    {
        var outcome = await RunAsync("augpake_reject", 18, request =>
            request.StartsWith("AUG.STEP") ? "ERR BAD-ELEMENT Y" : request.StartsWith("AUG.FINISH") ? "ERR BAD-TAG V" : "OK X=00 t=1");
        Assert.That(outcome.Mismatches.Select(m => (m.Step, m.Expected)), Is.EqualTo(new[] { ("AUG.FINISH", "ERR STATE") }));
    }

    [Test]
    public async Task A_case_of_which_only_some_modes_run_is_not_passed()
    {
        var vector = (ModesCase)VectorDocument.Load().Only("present_modes", 3).Cases[0];
        var outcome = await RunAsync("present_modes", 3, request =>
            request.StartsWith("KEY.PUT") ? $"OK fp={Fingerprint(vector.Key)} t=1"
            : request.StartsWith("SEAL") ? $"OK data={Convert.ToHexStringLower(vector.EcbPkcs7)} t=1"
            : request.StartsWith("OPEN") ? $"OK data={Convert.ToHexStringLower(vector.Plaintext)} t=1" : "OK t=1");
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Status, Is.EqualTo(CaseStatus.NotRun));
            Assert.That(outcome.Mismatches, Is.Empty);
            Assert.That(outcome.Reasons, Is.EqualTo(new[] { "mode ctr: ID lists ecb", "mode cmac: ID lists ecb", "mode eax: ID lists ecb" }));
            Assert.That(_board.Ran, Has.None.Matches<string>(r => r.Contains("mode=") && !r.Contains("mode=ecb")), "it is asked for nothing it does not list");
        });
    }

    [Test]
    public async Task A_difference_in_the_modes_that_run_is_a_failure_all_the_same() => Assert.That(
        (await RunAsync("present_modes", 3, request => request.StartsWith("KEY.PUT") ? "OK fp=0000000000000000 t=1" : "OK data=00 t=1")).Status,
        Is.EqualTo(CaseStatus.Failed));

    [TestCase("present", 8, "cipher present128: ID lists present80")]
    [TestCase("augpake", 0, "group modp2048-q256: ID lists p256")]
    [TestCase("augpake", 6, "profile as-published: ID lists rfc6628")]
    [TestCase("mqtt_present", 1, "cipher present128: ID lists present80")]
    [TestCase("present_modes", 8, "payload of 257 bytes: ID says payload=64")]
    public async Task A_board_is_not_asked_for_an_operation_that_it_does_not_list(string section, int index, string reason)
    {
        var outcome = await RunAsync(section, index, _ => "ERR UNSUPPORTED no");
        Assert.Multiple(() =>
        {
            Assert.That((outcome.Status, outcome.Reasons), Is.EqualTo((CaseStatus.NotRun, new[] { reason })));
            Assert.That(_board.Ran.Select(r => r.Split(' ')[0]), Is.All.AnyOf("ID", "SEED"));
        });
    }

    [Test]
    public async Task A_line_longer_than_the_board_takes_is_not_run()
    {
        var document = VectorDocument.Load();
        document.Case("augpake_reject", 18)["element"] = new string('0', 2 * 200);
        var outcome = await RunAsync(document.Only("augpake_reject", 18), request => request.StartsWith("AUG.FINISH") ? "ERR STATE over" : "OK X=00 t=1");
        Assert.That((outcome.Status, outcome.Reasons.Single()), Is.EqualTo((CaseStatus.NotRun, "AUG.STEP of 445 bytes: ID says line=400")));
    }

    [Test]
    public async Task A_reply_without_its_value_is_a_difference()
    {
        var outcome = await RunAsync("present", 0, _ => "OK t=1");
        Assert.That(outcome.Mismatches.Select(m => (m.Field, m.Expected)), Is.EqualTo(new[] { ("key", "fp= in the reply") }));
    }

    private Task<VectorOutcome> RunAsync(string section, int index, Func<string, string?> answer) =>
        RunAsync(VectorDocument.Load().Only(section, index), answer);

    private async Task<VectorOutcome> RunAsync(VectorFile file, Func<string, string?> answer)
    {
        _board.Answer = request => request.StartsWith("ID") ? Id
            : request.StartsWith("SEED") || request.StartsWith("RESET") ? "OK t=1"
            : request.StartsWith("PROVISION") && answer(request)?.StartsWith("OK") == true ? "OK t=1" : answer(request);
        var party = await SerialParty.ConnectAsync("fake", _client, null, null, TestEnvironment.Timeout());
        var result = await VectorRun.RunAsync(file, new BoardVectorDevice(party, "flash"), TestEnvironment.TimeLimit, null, null, TestEnvironment.Timeout());
        Assert.That(result.RigError, Is.Null);
        return result.Outcomes.Single();
    }

    private static string Fingerprint(byte[] key) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([.. "fp"u8, .. key]).AsSpan(0, 8));
}
