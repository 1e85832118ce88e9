namespace Harness.Adversary.Taps;

/// <summary>Flips a bit of the broker's proof in the successful CONNACK, and looks whether the device goes on; one that needs no proof goes on at any broker.</summary>
[TapAttack("unproven-broker", "a device goes on only at a broker that proved itself", Order = 9)]
internal sealed class UnprovenBroker : TapAttack
{
    private string? _done;

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (_done is null && packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket connack })
        {
            if (connack.Reason != ReasonCode.Success)
            {
                Settle(Verdict.Inconclusive, $"the broker refused the login with {Said(connack.Reason)}");
                return null;
            }

            if (connack.AuthenticationData is not { Length: > 0 } data)
            {
                _done = "a CONNACK without any proof";
                return null;
            }

            _done = "a proof in CONNACK with one bit flipped";
            var altered = (byte[])data.Clone();
            altered[altered.Length / 2] ^= 1;
            return [ProxyAction.Send(packet.Direction, connack with { AuthenticationData = altered }, packet.Version)];
        }

        if (_done is not null && packet.Direction == PacketDirection.ToBroker)
        {
            var goesOn = packet.Packet is SubscribePacket or PublishPacket or UnsubscribePacket or PingReqPacket;
            Settle(
                goesOn ? Verdict.Fail : packet.Packet is DisconnectPacket ? Verdict.Pass : Verdict.Inconclusive,
                packet.Packet is DisconnectPacket left ? $"the device left with {Said(left.Reason)} after {_done}" : goesOn ? $"the device went on with {packet.Packet!.Type} after {_done}" : $"the device sent something else after {_done}");
        }

        return null;
    }

    protected override Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Closing without a word is how many devices abort; one that needs no proof may as well have had nothing to say.
        var wasAltered = _done?.StartsWith("a proof", StringComparison.Ordinal) == true;
        Settle(wasAltered ? Verdict.Pass : Verdict.Inconclusive, _done is null ? "its login ended without an answer" : $"the device closed and sent nothing after {_done}");
        return Task.CompletedTask;
    }
}
