namespace Harness.Bench.Tests.Vectors;

/// <summary>Boards that list AugPAKE's server role and give wrong replies in it.</summary>
public sealed class ServerRoleTests
{
    private const int Handshake = 7; // p256 rfc6628
    private const int Reject = 18;   // p256

    private static readonly AugPakeCase Vector = (AugPakeCase)VectorDocument.Load().Only("augpake", Handshake).Cases[0];

    [Test]
    public async Task Both_roles_are_asked_where_the_board_lists_both()
    {
        var (outcome, ran) = await RunAsync("client,server", "augpake", Handshake, Honest);
        Assert.That((outcome.Status, outcome.Mismatches.Count), Is.EqualTo((CaseStatus.Passed, 0)));
        Assert.That(ran, Has.Some.StartsWith("PROVISION role=server").And.Some.StartsWith("PROVISION client="));
    }

    [Test]
    public async Task The_server_role_is_not_asked_of_a_board_that_does_not_list_it()
    {
        var (outcome, ran) = await RunAsync(null, "augpake", Handshake, Honest);
        Assert.That(outcome.Status, Is.EqualTo(CaseStatus.Passed));
        Assert.That(ran, Has.None.Contains("role=server"));
    }

    [TestCase("AUG.INIT X=", "OK Y=00 t=1", "Y")]
    [TestCase("AUG.STEP V=", "OK V=00 t=1", "Vs")]
    [TestCase("AUG.STEP V=", "ERR BAD-TAG V", "Vc")]
    [TestCase("AUG.FINISH", "OK fp=0000000000000000 t=1", "SK")]
    [TestCase("PROVISION role=server", "ERR BAD-ELEMENT W", "W")]
    public async Task A_wrong_answer_in_the_server_role_names_its_field(string request, string lie, string field)
    {
        // AUG.FINISH of the server has no argument: nothing but a space and the checksum, or the end, follows it.
        var (outcome, _) = await RunAsync("client,server", "augpake", Handshake, asked =>
            asked.StartsWith(request) && !(request == "AUG.FINISH" && asked.Contains("V=")) ? lie : Honest(asked));
        Assert.That(outcome.Mismatches.Select(m => m.Field), Is.EqualTo(new[] { field }));
    }

    [TestCase("AUG.INIT X=", "OK Y=00 t=1", "AUG.INIT")]
    [TestCase("PROVISION role=server W", "OK t=1", "PROVISION")]
    public async Task A_server_must_refuse_an_element_outside_the_group_as_X_and_as_W(string request, string lie, string step)
    {
        var provisioned = 0;
        var (outcome, _) = await RunAsync("client,server", "augpake_reject", Reject, asked =>
            asked.StartsWith("PROVISION role=server") ? ++provisioned == 1 || request.StartsWith("PROVISION") ? "OK t=1" : "ERR BAD-ELEMENT W"
            : asked.StartsWith("AUG.INIT X=") ? request == "AUG.INIT X=" ? lie : "ERR BAD-ELEMENT X"
            : asked.StartsWith("AUG.STEP V=") || asked.StartsWith("AUG.FINISH") ? "ERR STATE over"
            : asked.StartsWith("AUG.STEP") ? "ERR BAD-ELEMENT Y" : asked.StartsWith("AUG.INIT") ? "OK X=00 t=1" : "OK t=1");
        Assert.That(outcome.Mismatches.Select(m => (m.Step, m.Expected)), Is.EqualTo(new[] { (step, "ERR BAD-ELEMENT") }));
    }

    private static string Honest(string request) =>
        request.StartsWith("AUG.INIT X=") ? $"OK Y={Hex(Vector.Y)} t=1"
        : request.StartsWith("AUG.INIT") ? $"OK X={Hex(Vector.X)} t=1"
        : request.StartsWith("AUG.STEP V=") ? $"OK V={Hex(Vector.Vs)} t=1"
        : request.StartsWith("AUG.STEP") ? $"OK V={Hex(Vector.Vc)} t=1"
        : request.StartsWith("AUG.FINISH") ? $"OK fp={Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([.. "fp"u8, .. Vector.Sk]).AsSpan(0, 8))} t=1"
        : "OK t=1";

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static async Task<(VectorOutcome Outcome, IReadOnlyList<string> Ran)> RunAsync(string? roles, string section, int index, Func<string, string> answer)
    {
        await using var board = new FakeBoard();
        await using var client = new BenchClient(
            board.Line, new BenchClientOptions { Board = "fake", Reply = TestEnvironment.TimeLimit, Boot = TestEnvironment.TimeLimit, NextCommand = "look" });
        board.Answer = request => request.StartsWith("ID")
            ? $"OK proto=1 fw=harness build=0badcafe board=fake clock=1000 schemes=mqtt-present {(roles is null ? "" : $"roles={roles} ")}profiles=rfc6628 groups=p256 "
                + "ciphers=present80 modes=ecb trigger=none line=800 payload=64 rng=0 test=1 t=1"
            : request.StartsWith("SEED") ? "OK t=1" : answer(request);
        var party = await SerialParty.ConnectAsync("fake", client, null, null, TestEnvironment.Timeout());
        var result = await VectorRun.RunAsync(
            VectorDocument.Load().Only(section, index), new BoardVectorDevice(party, "flash"), TestEnvironment.TimeLimit, null, null, TestEnvironment.Timeout());
        Assert.That(result.RigError, Is.Null);
        return (result.Outcomes.Single(), [.. board.Ran]);
    }
}
