using System.Net.Sockets;

namespace Harness.Adversary.Taps;

/// <summary>Connects to the broker under the ClientId of a device that is logged in, without its user, password or method, and looks whether the device's session ends.</summary>
[TapAttack("stolen-name", "whoever knows a device's ClientId alone neither comes in under it nor ends its session", Order = 8)]
internal sealed class StolenName : TapAttack
{
    private ReasonCode? _answer;
    private string? _failed;
    private volatile bool _isTried;

    internal override async Task BeforeAsync(ProxiedPacket packet, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_isTried || packet is not { Direction: PacketDirection.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } } || Login is not { ClientId.Length: > 0 })
        {
            return;
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        try
        {
            var stranger = new ConnectPacket { Version = Login.Version, ClientId = Login.ClientId, CleanStart = false, KeepAliveSeconds = 30 };
            _answer = await UnauthenticatedClient.ReplayAsync(broker, [MqttCodec.Encode(stranger, Login.Version)], Login.Version, within.Token).ConfigureAwait(false);
        }
        catch (MqttNotConnectedException)
        {
            // Closed without a word: refused, but for a broker that fell over.
            _answer = ReasonCode.UnspecifiedError;
            _failed = await UnauthenticatedClient.NotTakenByAsync(broker, Login.Version, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or MqttProtocolException or OperationCanceledException)
        {
            _failed = e is OperationCanceledException ? "the broker did not answer the stranger" : $"the stranger's connection broke: {e.Message}";
        }

        _isTried = true;
    }

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        switch (packet)
        {
            case { Direction: PacketDirection.ToClient, Packet: ConnAckPacket connack }:
                Judge(connack.Reason);
                break;
            case { Direction: PacketDirection.ToClient, Packet: DisconnectPacket { Reason: not ReasonCode.SessionTakenOver } left } when _isTried:
                Settle(Verdict.Inconclusive, $"the broker ended the device's session with {Said(left.Reason)}, which names no other login as the cause");
                break;
            case { Direction: PacketDirection.ToClient, Packet: DisconnectPacket left } when _isTried:
                Settle(Verdict.Fail, $"the broker ended the device's session with {Said(left.Reason)} after a CONNECT of its ClientId that it refused");
                break;
            case { Direction: PacketDirection.ToClient, Packet: not null } when _isTried:
                Settle(Verdict.Pass, $"the broker refused a CONNECT of the device's ClientId, and the device's session went on: {packet.Packet.Type} came");
                break;
            default:
                break;
        }

        return null;
    }

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        Settle(Verdict.Inconclusive, _isTried ? $"{Ended(end)} before the broker sent the device anything more; that the stranger was the cause does not show" : "its login ended without an answer");
        return Task.CompletedTask;
    }

    private void Judge(ReasonCode device)
    {
        if (device != ReasonCode.Success)
        {
            Settle(Verdict.Inconclusive, $"the broker refused the device itself with {Said(device)}");
        }
        else if (!_isTried)
        {
            Settle(Verdict.Inconclusive, "the device has no ClientId of its own");
        }
        else if (_failed is not null)
        {
            Settle(Verdict.Inconclusive, _failed);
        }
        else if (_answer is { } said && said != ReasonCode.Success && IsOfItself(said))
        {
            Settle(Verdict.Inconclusive, $"the broker said {Said(said)} to the stranger, which speaks of itself and not of a login");
        }
        else if (_answer == ReasonCode.Success)
        {
            Settle(Verdict.Fail, "the broker let a stranger in under the device's ClientId, without its user, password or method");
        }
    }
}
