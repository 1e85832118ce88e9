using System.Diagnostics;

namespace Harness.Adversary.Taps;

/// <summary>Flips a bit of what the client proves itself by: the data of AUTH, or the password. Its control is the device's next login, which must come in unaltered: a broker that refuses the device anyway shows nothing.</summary>
[TapAttack("altered-proof", "a login whose proof was altered on the way is refused", Order = 10)]
internal sealed class AlteredProof : TapAttack
{
    private string? _altered;
    private long _sentAt;
    private string? _refusal;
    private int _control;

    public override bool WatchesAll => _refusal is not null;

    public override bool HasSeenEnough => _refusal is not null || base.HasSeenEnough;

    protected override string Unfinished => _refusal is null ? base.Unfinished : $"{_refusal}, but the device did not come again, so that nobody knows whether it is let in unaltered";

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (_refusal is not null)
        {
            Control(packet);
            return null;
        }

        return _altered is null && packet.Direction == PacketDirection.ToBroker && Alter(packet) is { } action ? [action] : Answer(packet);
    }

    protected override async Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_altered is null)
        {
            Settle(Verdict.Inconclusive, "its login ended before it proved anything");
        }

        if (_altered is null || _refusal is not null)
        {
            return;
        }

        // Devices, links and taps end connections too, and so does a broker that fell over, or whose patience with the login was over.
        var refuted = NoAnswer(end, ConnectionSide.Broker, _sentAt, limit);
        if (refuted is null && await UnauthenticatedClient.NotTakenByAsync(broker, Login!.Version, limit, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            refuted = $"the broker closed without a reason, but {gone}";
        }

        if (refuted is not null)
        {
            Settle(Verdict.Inconclusive, $"{refuted} after one bit of {_altered} was flipped: that is no refusal");
        }
        else
        {
            _refusal = $"the broker closed without a reason after one bit of {_altered} was flipped";
        }
    }

    private ProxyAction? Alter(ProxiedPacket packet)
    {
        var field = packet.Packet switch
        {
            ConnectPacket { AuthenticationMethod: null, Password: { Length: > 0 } } => PacketField.Password,
            AuthPacket { AuthenticationData: { Length: > 0 } } => PacketField.ClientProof,
            _ => null,
        };
        if (field is null || !field.TryRead(packet, out var value))
        {
            return null;
        }

        // In the middle: the last characters of a token in base64 may hold bits that mean nothing.
        var altered = (byte[])value.Clone();
        altered[altered.Length / 2] ^= 1;
        (_altered, _sentAt) = (field == PacketField.Password ? "the password of CONNECT" : "the data of AUTH", Stopwatch.GetTimestamp());
        return ProxyAction.Send(packet.Direction, field.Write(packet, altered), packet.Version);
    }

    private IReadOnlyList<ProxyAction>? Answer(ProxiedPacket packet)
    {
        if (packet is not { Direction: PacketDirection.ToClient, Packet: ConnAckPacket or DisconnectPacket or AuthPacket { Reason: ReasonCode.Success } })
        {
            return null;
        }

        var reason = packet.Packet switch { ConnAckPacket c => c.Reason, DisconnectPacket d => d.Reason, _ => ReasonCode.Success };
        if (_altered is null)
        {
            Settle(Verdict.Inconclusive, "the login has neither a password nor a proof in AUTH");
        }
        else if (reason == ReasonCode.Success)
        {
            Settle(Verdict.Fail, $"the broker let it in with one bit of {_altered} flipped");
        }
        else if (IsOfItself(reason))
        {
            Settle(Verdict.Inconclusive, $"after one bit of {_altered} was flipped the broker said {Said(reason)}, which speaks of itself and not of a proof");
        }
        else
        {
            _refusal = $"the broker refused with {Said(reason)} after one bit of {_altered} was flipped";
        }

        return null;
    }

    // Another device's login says nothing; one under a pseudonym has another name each time.
    private void Control(ProxiedPacket packet)
    {
        if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket login } && packet.Connection != Connection
            && (login.ClientId == Login?.ClientId || (login.AuthenticationMethod is { } method && method == Login?.AuthenticationMethod)))
        {
            _control = packet.Connection;
        }
        else if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket answer } && packet.Connection == _control)
        {
            Settle(
                answer.Reason == ReasonCode.Success ? Verdict.Pass : Verdict.Inconclusive,
                answer.Reason == ReasonCode.Success ? $"{_refusal}, and let the same device in unaltered" : $"{_refusal}, but refuses the device unaltered too, with {Said(answer.Reason)}");
        }
    }
}
