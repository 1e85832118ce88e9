using System.Diagnostics;

namespace Harness.Adversary.Taps;

/// <summary>Sends a message of a device once more, as it was.</summary>
[TapAttack("replayed-message", "the broker refuses a message that was recorded", Order = 6)]
internal sealed class ReplayedMessage : SentAgain
{
    protected override ushort Identifier => 0xF5A1;

    protected override string Manner => "a recorded message";

    protected override byte[] Payload(byte[] payload) => payload;
}

/// <summary>Sends a message of a device once more, with one bit flipped.</summary>
[TapAttack("altered-message", "the broker refuses a message that was altered", Order = 7)]
internal sealed class AlteredMessage : SentAgain
{
    protected override ushort Identifier => 0xF5A2;

    protected override string Manner => "a message with one bit flipped";

    protected override byte[] Payload(byte[] payload)
    {
        payload[payload.Length / 2] ^= 1;
        return payload;
    }
}

/// <summary>Sends a message behind the one that a device sent, on its connection and in its name, and reads the broker's PUBACK, of which the device hears nothing.</summary>
/// <remarks>A broker that takes it passes it on: one that carries payloads as they are always does, and the readers are left to refuse it.</remarks>
internal abstract class SentAgain : MessageWatch
{
    private MqttVersion _version;
    private long _sentAt;
    private ushort? _own; // identifier of the device's own message until the broker took it
    private ReasonCode? _left;
    private bool _mayRefuseOwn;
    private string? _lost;

    internal override bool SendsMessages => true;

    protected override string Unbegun => _lost is null ? base.Unbegun : $"{_lost}, and no other message came that shows more";

    /// <summary>Its packet identifier, which devices count up to last.</summary>
    protected abstract ushort Identifier { get; }

    /// <summary>The message in words.</summary>
    protected abstract string Manner { get; }

    /// <summary>The payload that is sent.</summary>
    protected abstract byte[] Payload(byte[] payload);

    protected override IReadOnlyList<ProxyAction>? SeeMessage(ProxiedPacket packet, PublishPacket message)
    {
        if (Connection != 0)
        {
            return null;
        }

        Take(packet.Connection, null);
        // With QoS 0 nothing tells whether the broker took the device's own: what refuses by right refuses that too.
        _mayRefuseOwn = message.Qos == QualityOfService.AtMostOnce;
        (_version, _sentAt, _own, _left) = (packet.Version, Stopwatch.GetTimestamp(), message.Qos == QualityOfService.AtMostOnce ? null : message.PacketId, null);
        var again = message with { PacketId = Identifier, Qos = QualityOfService.AtLeastOnce, Retain = false, TopicAlias = null, Payload = Payload(message.Payload.ToArray()) };
        return [ProxyAction.Send(PacketDirection.ToBroker, again, packet.Version)];
    }

    protected override IReadOnlyList<ProxyAction>? SeeOther(ProxiedPacket packet)
    {
        if (packet.Connection != Connection || packet.Direction != PacketDirection.ToClient)
        {
            return null;
        }

        if (packet.Packet is PubAckPacket answer && answer.PacketId == Identifier)
        {
            var isRefused = answer.Reason >= ReasonCode.UnspecifiedError;
            if (isRefused && (_own is not null || (_mayRefuseOwn && answer.Reason == ReasonCode.NotAuthorized)))
            {
                Lose($"the broker refused {Manner} with {Said(answer.Reason)}, but had not taken the device's own");
                return [];
            }

            if (isRefused && (IsOfItself(answer.Reason) || answer.Reason is ReasonCode.PacketIdentifierInUse or ReasonCode.QosNotSupported))
            {
                Lose($"the broker refused {Manner} with {Said(answer.Reason)}, which speaks of itself and not of a message");
                return [];
            }

            Settle(isRefused ? Verdict.Pass : Verdict.Fail, isRefused ? $"the broker refused {Manner} with {Said(answer.Reason)}" : $"the broker took {Manner} in the name of connection {Connection}; whether its readers refuse it shows at them");
            return [];
        }

        // The broker answers in order: a refusal that comes before it took the device's own message may be of that one.
        if (packet.Packet is PubAckPacket { Reason: < ReasonCode.UnspecifiedError } taken && taken.PacketId == _own
            || packet.Packet is PubRecPacket { Reason: < ReasonCode.UnspecifiedError } received && received.PacketId == _own)
        {
            _own = null;
        }

        if (packet.Packet is DisconnectPacket left)
        {
            _left = left.Reason; // judged at the end, which tells whether the broker had read the message
        }

        return null;
    }

    internal override void Release() => Lose($"the tap ended the connection after {Manner}");

    protected override async Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        // An end that is not the broker's answer says nothing, and the next message is taken.
        if (NoAnswer(end, ConnectionSide.Broker, _sentAt, limit) is { } refuted)
        {
            Lose($"{refuted} after {Manner}");
        }
        else if (_own is not null)
        {
            Lose($"the broker ended the connection after {Manner}, but had not taken the device's own");
        }
        else if (_left is { } reason)
        {
            if (IsOfItself(reason) || reason == ReasonCode.QosNotSupported)
            {
                Lose($"the broker ended the connection with {Said(reason)} after {Manner}, which speaks of itself and not of a message");
            }
            else
            {
                Settle(Verdict.Pass, $"the broker ended the connection with {Said(reason)} after {Manner}");
            }
        }
        else if (_version != MqttVersion.V311)
        {
            Lose($"the broker closed without a reason after {Manner}, as MQTT 5 does not refuse");
        }
        else
        {
            // MQTT 3.1.1 has no other way to refuse a message, but a broker that fell over closes like that too: its message is not tried again.
            var gone = await UnauthenticatedClient.NotTakenByAsync(broker, _version, limit, cancellationToken).ConfigureAwait(false);
            Settle(
                gone is null ? Verdict.Pass : Verdict.Inconclusive,
                gone is null ? $"the broker ended the connection after {Manner}, as MQTT 3.1.1 refuses, and takes new ones" : $"the broker ended the connection after {Manner}, but {gone}: that is no refusal");
        }
    }

    private void Lose(string why)
    {
        _lost = why;
        base.Release();
    }
}
