namespace Harness.Adversary.Taps;

/// <summary>Records the client's half of a login, and says it again once its connection has ended.</summary>
[TapAttack("login-replay", "a login that was recorded lets nobody in again", Order = 2)]
internal sealed class LoginReplay : TapAttack
{
    private readonly List<ReadOnlyMemory<byte>> _recorded = [];
    private MqttVersion _version;
    private bool _isLoggedIn;

    public override bool IsPassive => true;

    public override bool HasSeenEnough => _isLoggedIn || base.HasSeenEnough;

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket or AuthPacket } && !_isLoggedIn)
        {
            _version = packet.Version;
            _recorded.Add(packet.Raw.ToArray());
        }
        else if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket connack })
        {
            _isLoggedIn = connack.Reason == ReasonCode.Success;
            if (!_isLoggedIn)
            {
                Settle(Verdict.Inconclusive, $"the broker refused the login that was recorded with {Said(connack.Reason)}");
            }
        }

        return null;
    }

    protected override async Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!_isLoggedIn)
        {
            Settle(Verdict.Inconclusive, "its login ended without an answer");
            return;
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        try
        {
            var reason = await UnauthenticatedClient.ReplayAsync(broker, _recorded, _version, within.Token).ConfigureAwait(false);
            Settle(
                reason == ReasonCode.Success ? Verdict.Fail : IsOfItself(reason) ? Verdict.Inconclusive : Verdict.Pass,
                reason == ReasonCode.Success ? $"the broker let the recorded login of connection {Connection} in again"
                : IsOfItself(reason) ? $"the broker said {Said(reason)} to the recorded login, which speaks of itself and not of a login" : $"the broker refused the recorded login with {Said(reason)}");
        }
        catch (MqttNotConnectedException e)
        {
            // A broker that fell over at it lets nobody in either.
            var gone = await UnauthenticatedClient.NotTakenByAsync(broker, _version, limit, cancellationToken).ConfigureAwait(false);
            Settle(gone is null ? Verdict.Pass : Verdict.Inconclusive, $"the recorded login did not get in: {e.Message}{(gone is null ? "" : $", but {gone}: that is no refusal")}");
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or MqttProtocolException)
        {
            Settle(Verdict.Inconclusive, $"the recorded login could not be said again: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Settle(Verdict.Inconclusive, $"the broker did not answer the recorded login within {limit.TotalSeconds:0.#} s");
        }
    }
}
