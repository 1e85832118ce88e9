namespace Harness.Adversary.Claims.Replay;

/// <summary>A recorded login of the publisher is sent to the broker again, byte for byte.</summary>
[Attack("replay-login-to-broker", Order = 1)]
internal sealed class ClientLoginReplay : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a tap that recorded one login (MQTT 5 binding), and a socket of its own",
        Summary = "sends the recorded CONNECT with X and AUTH with V_C on a new connection",
        Observation = "the broker answers CONNACK 0x00",
        Reference = "RFC 6628, Y = (X W^r)^y with a fresh y; MQTT 5 section 4.12",
        Control = "a broker that draws the same y in every handshake",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => options with { Binding = LoginBinding.EnhancedAuthentication };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        var connection = PayloadTraffic.ConnectionOf(testbed, testbed.Publisher);
        var recorded = testbed.Tap.Seen
            .Where(p => p.Connection == connection && p.Direction == PacketDirection.ToBroker && p.Packet is ConnectPacket or AuthPacket)
            .Select(p => p.Raw).ToArray();
        if (recorded.Length != 2)
        {
            throw new InconclusiveException("recorded login", "CONNECT and AUTH", $"{recorded.Length} packets");
        }

        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(testbed.Options.Timeout);
        ReasonCode reason;
        try
        {
            reason = await UnauthenticatedClient.ReplayAsync(testbed.Broker.Endpoint, recorded, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException("replayed login", "an answer, good or bad", "none in time", inner: e);
        }
        catch (MqttNotConnectedException)
        {
            return AttackResult.Loss("the broker closed without CONNACK");
        }

        return new AttackResult(reason == ReasonCode.Success, $"the broker answered the replayed X and V_C with 0x{(byte)reason:X2}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.OnAsync(
            // Under hardened a recorded login comes under a pseudonym that was burnt, whatever y is.
            this, controls, options => options with { Scheme = options.Scheme == SchemeNames.Hardened ? SchemeNames.MqttPresent : options.Scheme, Configure = RepeatedScalarBroker.On }, cancellationToken);
}
