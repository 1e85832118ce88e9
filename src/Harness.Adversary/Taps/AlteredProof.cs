namespace Harness.Adversary.Taps;

/// <summary>Flips a bit of what the client proves itself by: the data of AUTH, or the password.</summary>
[TapAttack("altered-proof", "a login whose proof was altered on the way is refused", Order = 10)]
internal sealed class AlteredProof : TapAttack
{
    private string? _altered;

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (_altered is null && packet.Direction == PacketDirection.ToBroker)
        {
            var field = packet.Packet switch
            {
                ConnectPacket { AuthenticationMethod: null, Password: { Length: > 0 } } => PacketField.Password,
                AuthPacket { AuthenticationData: { Length: > 0 } } => PacketField.ClientProof,
                _ => null,
            };
            if (field is not null && field.TryRead(packet, out var value))
            {
                // In the middle: the last characters of a token in base64 may hold bits that mean nothing.
                var altered = (byte[])value.Clone();
                altered[altered.Length / 2] ^= 1;
                _altered = field == PacketField.Password ? "the password of CONNECT" : "the data of AUTH";
                return [ProxyAction.Send(packet.Direction, field.Write(packet, altered), packet.Version)];
            }
        }

        if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket or DisconnectPacket or AuthPacket { Reason: ReasonCode.Success } })
        {
            var reason = packet.Packet switch { ConnAckPacket c => c.Reason, DisconnectPacket d => d.Reason, _ => ReasonCode.Success };
            Settle(
                _altered is null ? Verdict.Inconclusive : reason == ReasonCode.Success ? Verdict.Fail : Verdict.Pass,
                _altered is null ? "the login has neither a password nor a proof in AUTH" : reason == ReasonCode.Success ? $"the broker let it in with one bit of {_altered} flipped" : $"the broker refused with {Said(reason)} after one bit of {_altered} was flipped");
        }

        return null;
    }

    protected override Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        Settle(_altered is null ? Verdict.Inconclusive : Verdict.Pass, _altered is null ? "its login ended before it proved anything" : $"the broker closed without a reason after one bit of {_altered} was flipped");
        return Task.CompletedTask;
    }
}
