namespace Harness.Adversary.Claims.Scram;

/// <summary>A recorded login of the publisher is sent to the broker again, byte for byte.</summary>
[Attack("replay-scram-to-broker", Order = 31)]
internal sealed class ScramReplayToBroker : ScramAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.Scram,
        Precondition = "a tap that recorded one login, and a socket of its own",
        Summary = "sends the recorded CONNECT and AUTH on a new connection",
        Observation = "the broker answers CONNACK 0x00",
        Reference = "RFC 5802 section 5.1 (attribute r: the server's nonce is new each time)",
        Control = "a broker that adds the same nonce in every exchange",
    };

    protected override Func<SecureBrokerOptions, SecureBrokerOptions> WeakBroker => options => TrustingScramBroker.On(options, compares: true);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        byte[][] recorded = [.. testbed.Tap.Seen.Where(p => p.Direction == PacketDirection.ToBroker && p.Packet is ConnectPacket or AuthPacket).Select(p => p.Raw.ToArray())];
        if (recorded.Length != 2)
        {
            throw new InconclusiveException("recorded login", "CONNECT and AUTH", $"{recorded.Length} packets");
        }

        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(testbed.Options.Timeout);
        try
        {
            var reason = await UnauthenticatedClient.ReplayAsync(testbed.Broker.Endpoint, [.. recorded.Select(r => (ReadOnlyMemory<byte>)r)], limit.Token).ConfigureAwait(false);
            return new AttackResult(reason == ReasonCode.Success, $"the broker answered the replayed login with 0x{(byte)reason:X2}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException("replayed login", "an answer, good or bad", "none in time", inner: e);
        }
        catch (MqttNotConnectedException)
        {
            return AttackResult.Loss("the broker closed without CONNACK");
        }
    }
}

/// <summary>The broker's messages of one login are put before the device in its next.</summary>
[Attack("replay-scram-to-device", Order = 32)]
internal sealed class ScramReplayToDevice : ScramAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.Scram,
        Precondition = "a broker of the adversary's that recorded what the real one sent in one login",
        Summary = "answers the next login with the recorded first message, and with a first message that fits and the recorded signature",
        Observation = "the device takes itself for logged in",
        Reference = "RFC 5802 section 3: ServerSignature is over both nonces",
        Control = "a device that takes any nonce and signature",
    };

    protected override bool TrustingDevice => true;

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (_, challenge, _, last) = Captured(testbed);
        var seen = new List<string>();
        foreach (var whole in (bool[])[true, false])
        {
            var rogue = new TrustingScramBroker(
                _ => new(challenge.Salt, challenge.Iterations, new byte[32], new byte[32]), _ => last, first => whole ? challenge.Text : first);
            var broker = await Harness.Mqtt.Broker.MqttBroker.StartAsync(new Harness.Mqtt.Broker.MqttBrokerOptions { Authenticator = rogue }, cancellationToken).ConfigureAwait(false);
            await using (broker.ConfigureAwait(false))
            {
                var end = await testbed.Publisher.TryLogInAsync(new LoginRequest(Endpoint: broker.Endpoint), cancellationToken).ConfigureAwait(false);
                if (end.Succeeded)
                {
                    return AttackResult.Win($"{(whole ? "all of the recorded login" : "the recorded signature")}: {end.Seen}");
                }

                seen.Add($"{(whole ? "all of the recorded login" : "the recorded signature")}: {end.Code ?? end.Seen}");
            }
        }

        return AttackResult.Loss(string.Join("; ", seen));
    }
}
