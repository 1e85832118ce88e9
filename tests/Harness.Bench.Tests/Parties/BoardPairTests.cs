using System.Security.Cryptography;
using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Schemes.Hardened;

namespace Harness.Bench.Tests.Parties;

/// <summary>A board that runs hardened: what it is asked, and what it is not. Features hold it against devices of this process.</summary>
public sealed class BoardPairTests
{
    private TestBench _bench = null!;

    private static PairAccount Reader(string name) =>
        new(name, AugPakeGroup.P256, Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Framed, name, "board", "pair password", HardenedPublisher.RunField));

    [OneTimeSetUp]
    public void Open() => _bench = new TestBench(RigFile.Load(TestEnvironment.Rig("posix.yaml")), new TestBenchOptions());

    [OneTimeTearDown]
    public async Task PowerOff() => await _bench.DisposeAsync();

    [Test]
    public async Task Another_group_than_p256_is_refused_before_the_board_is_asked()
    {
        var board = await BoardAsync();
        Assert.That(
            Assert.ThrowsAsync<PartyRefusedException>(async () => await board.ProvisionAsync(Identity([]) with { Group = "modp2048-q256" }, TestEnvironment.Timeout()))!.Refusal,
            Is.EqualTo(PartyRefusal.Unsupported));
        await board.ProvisionAsync(Identity([]), TestEnvironment.Timeout());
        Assert.That(
            Assert.ThrowsAsync<PartyRefusedException>(
                async () => await board.Pairs!.AddPairAsync(Reader("one") with { Group = AugPakeGroup.Modp2048Q256 }, TestEnvironment.Timeout()))!.Refusal,
            Is.EqualTo(PartyRefusal.Unsupported));
    }

    [Test]
    public async Task It_takes_four_subscribers_and_no_fifth()
    {
        var board = await BoardAsync();
        await board.ProvisionAsync(Identity([.. Enumerable.Range(1, 4).Select(i => Reader($"reader-{i}"))]), TestEnvironment.Timeout());
        Assert.That(
            Assert.ThrowsAsync<PartyRefusedException>(async () => await board.Pairs!.AddPairAsync(Reader("reader-5"), TestEnvironment.Timeout()))!.Refusal,
            Is.EqualTo(PartyRefusal.State));
    }

    [Test]
    public async Task Before_a_login_there_is_no_pair_topic_and_no_key_and_after_a_reset_no_scheme()
    {
        var board = await BoardAsync();
        await board.ProvisionAsync(Identity([Reader("one")]), TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(Assert.Throws<PartyRefusedException>(() => _ = board.Pairs!.PairTopic)!.Refusal, Is.EqualTo(PartyRefusal.NoKey));
            Assert.That(Assert.ThrowsAsync<PartyRefusedException>(async () => await board.SealAsync("lab", new byte[1], TestEnvironment.Timeout()))!.Refusal, Is.EqualTo(PartyRefusal.NoKey));
            Assert.That(Assert.ThrowsAsync<PartyRefusedException>(async () => await board.AugInitAsync(TestEnvironment.Timeout()))!.Refusal, Is.EqualTo(PartyRefusal.State), "no pseudonym yet");
        });
        await board.ResetAsync(TestEnvironment.Timeout());
        Assert.That(board.Pairs, Is.Null);
    }

    [Test]
    public async Task A_message_longer_than_any_of_the_scheme_is_refused_without_asking_the_board()
    {
        var board = await BoardAsync();
        await board.ProvisionAsync(Identity([Reader("one")]), TestEnvironment.Timeout());
        Assert.That((await board.Pairs!.TakeAsync(new byte[214], DateTimeOffset.UnixEpoch, TestEnvironment.Timeout())).Result, Is.EqualTo(HardenedResult.BadTag));
    }

    [Test]
    public async Task Its_pseudonyms_are_those_of_this_process_and_none_comes_twice()
    {
        var board = await BoardAsync();
        var identity = Identity([]);
        await board.ProvisionAsync(identity, TestEnvironment.Timeout());
        var secret = identity.Hardened!.PseudonymSecret.Span.ToArray();
        Assert.That(await board.Pairs!.PseudonymAsync(TestEnvironment.Timeout()), Is.EqualTo(HardenedKeys.Pseudonym(secret, 0)));
        Assert.That(await board.Pairs!.PseudonymAsync(TestEnvironment.Timeout()), Is.EqualTo(HardenedKeys.Pseudonym(secret, 1)));
        var again = new HardenedMemory();
        again.Provision(0, 0);
        await board.ProvisionAsync(identity with { Hardened = identity.Hardened with { Memory = again } }, TestEnvironment.Timeout());
        Assert.That(Assert.ThrowsAsync<PartyRefusedException>(async () => await board.Pairs!.PseudonymAsync(TestEnvironment.Timeout()))!.Refusal, Is.EqualTo(PartyRefusal.State));
    }

    private static PartyIdentity Identity(IReadOnlyList<PairAccount> readers)
    {
        var memory = new HardenedMemory();
        memory.Provision(0, 0);
        return new PartyIdentity("board", "broker", "pw", "p256", "framed")
        {
            Scheme = SchemeNames.Hardened, Hardened = new HardenedIdentity(HardenedCipher.Ascon, RandomNumberGenerator.GetBytes(16), memory, "lab") { Subscribers = readers },
        };
    }

    private async Task<SerialParty> BoardAsync() => await _bench.GetBoardAsync("board", TestEnvironment.Timeout());
}
