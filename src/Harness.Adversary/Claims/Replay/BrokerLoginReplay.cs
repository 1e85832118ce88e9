namespace Harness.Adversary.Claims.Replay;

/// <summary>The broker's half of a recorded login is played to the publisher by somebody who knows no W.</summary>
[Attack("replay-login-to-client", Order = 2)]
internal sealed class BrokerLoginReplay : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a tap that recorded one login (MQTT 5 binding), and the publisher's next connection led to a broker of its own",
        Summary = "answers the publisher's new X with the recorded S, Y and V_S",
        Observation = "the publisher takes V_S and reports a session key",
        Reference = "RFC 6628, V_S over X, Y and K with a fresh x; MQTT 5 section 4.12",
        Control = "a publisher that draws the same x in every handshake",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => options with { Binding = LoginBinding.EnhancedAuthentication };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        var connection = PayloadTraffic.ConnectionOf(testbed, testbed.Publisher);
        var packets = testbed.Tap.Seen.Where(p => p.Connection == connection && p.Direction == PacketDirection.ToClient).Select(p => p.Packet).ToArray();
        if (packets.OfType<AuthPacket>().FirstOrDefault()?.AuthenticationData is not { } hello
            || packets.OfType<ConnAckPacket>().FirstOrDefault()?.AuthenticationData is not { } proof)
        {
            throw new InconclusiveException("recorded login", "S, Y and V_S", "not all of them");
        }

        var replaying = new Recording(hello, proof);
        var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Authenticator = replaying }, cancellationToken).ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            var attempt = await testbed.Publisher.TryLogInAsync(new LoginRequest(Endpoint: broker.Endpoint), cancellationToken).ConfigureAwait(false);
            return replaying.Played == 2
                ? new AttackResult(attempt.Succeeded, $"recorded Y and V_S played: {attempt.Seen}")
                : throw new InconclusiveException("replayed answers", "Y and V_S both played", $"{replaying.Played} of 2; {attempt.Seen}");
        }
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, inner => new RepeatedScalarParty(inner), null, cancellationToken);

    private sealed class Recording(byte[] hello, byte[] proof) : IEnhancedAuthenticator
    {
        private int _played;

        public int Played => Volatile.Read(ref _played);

        public bool Supports(string method) => true;

        public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this, hello, proof);

        private sealed class Exchange(Recording owner, byte[] hello, byte[] proof) : IAuthenticationExchange
        {
            public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
                new(Interlocked.Increment(ref owner._played) == 1 ? AuthenticationStep.Continue(hello) : AuthenticationStep.Success(proof));

            public void Completed()
            {
            }

            public void Dispose()
            {
            }
        }
    }
}
