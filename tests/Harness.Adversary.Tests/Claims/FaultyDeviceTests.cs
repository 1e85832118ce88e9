using Harness.Adversary.Claims.PositiveControls;
using Harness.Record;

namespace Harness.Adversary.Tests.Claims;

/// <summary>Attacks that lose against a right device win against a faulty one on the same testbed; and a broken rig is neither.</summary>
[CancelAfter(60_000)]
public sealed class FaultyDeviceTests
{
    [TestCase("ma-wrong-verifier")]
    [TestCase("ma-reflected-proof")]
    [TestCase("ma-tampered-server-proof")]
    [TestCase("ma-crossed-sessions")]
    [TestCase("mitm-substituted-fields")]
    public async Task A_device_that_takes_any_server_proof_is_found_out(string id, CancellationToken token)
    {
        var result = await RunAsync(id, new AttackTestbedOptions { Party = (role, _) => new(new TakesAnyProof(new HostParty(role))) }, token);
        Assert.That(result.Won, Is.True, result.Evidence);
    }

    [Test]
    public async Task A_device_that_reports_another_key_than_it_has_agreed_on_is_found_out(CancellationToken token)
    {
        var result = await RunAsync("ma-unequal-keys", new AttackTestbedOptions { Party = (role, _) => new(new ReportsAnotherKey(new HostParty(role))) }, token);
        Assert.That(result.Won, Is.True, result.Evidence);
    }

    [Test]
    public async Task A_broker_whose_account_fits_another_password_is_found_out(CancellationToken token)
    {
        var result = await RunAsync(
            "ma-wrong-password",
            new AttackTestbedOptions().WithBroker(o => o with
            {
                Accounts = [.. o.Accounts.Select(a => Enrolment.Create(a.Client, a.Server, a.Group, a.Profile, "not the password"))],
            }),
            token);
        Assert.That(result.Won, Is.True, result.Evidence);
    }

    [TestCase("ma-tampered-client-proof")]
    [TestCase("ma-wrong-verifier")]
    [TestCase("ua-two-sessions")]
    [TestCase("mitm-substituted-payload")]
    [TestCase("opg-one-run-as-broker")]
    public void A_dead_board_is_a_rig_error_and_no_lost_attack(string id, CancellationToken token) => Assert.That(
        async () => await RunAsync(id, new AttackTestbedOptions { Party = (role, _) => new(new Dead(new HostParty(role))) }, token),
        Throws.TypeOf<RigErrorException>());

    [TestCase("ma-tampered-client-proof")]
    [TestCase("opg-captured-handshake")]
    [TestCase("ua-after-connect")]
    public void A_device_that_cannot_log_in_makes_an_attack_inconclusive(string id, CancellationToken token) => Assert.That(
        async () => await RunAsync(id, new AttackTestbedOptions().WithBroker(o => o with { Accounts = [] }), token),
        Throws.TypeOf<Record.InconclusiveException>());

    private static async Task<AttackResult> RunAsync(string id, AttackTestbedOptions options, CancellationToken token)
    {
        return await new AttackRunner(Attacks.ById(id), options with { Group = AugPakeGroup.P256 }).RunAttackAsync(token);
    }

    private sealed class TakesAnyProof(HostParty inner) : PartyWrapper(inner)
    {
        public override async ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
        {
            try
            {
                return await base.AugFinishAsync(vs, cancellationToken);
            }
            catch (PartyRefusedException)
            {
                return new Timed<string>("00112233aabbccdd", null);
            }
        }
    }

    private sealed class ReportsAnotherKey(HostParty inner) : PartyWrapper(inner)
    {
        public override async ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
        {
            await base.AugFinishAsync(vs, cancellationToken);
            return new Timed<string>("00112233aabbccdd", null);
        }
    }

    private sealed class Dead(HostParty inner) : PartyWrapper(inner)
    {
        public override ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) =>
            throw new RigErrorException("link of m4", "an answer", "silence");
    }
}
