namespace Harness.Adversary.Taps;

/// <summary>Refuses a device's authentication method in the broker's name (CONNACK 0x8C), and looks how the device comes again: with a password, or with nothing, it can be talked out of its method.</summary>
[TapAttack("method-downgrade", "a device whose authentication method is refused does not come again without it", Order = 11)]
internal sealed class MethodDowngrade : TapAttack
{
    private string? _method;

    protected override string Unfinished => _method is null ? base.Unfinished : $"the device did not come again after {_method} was refused";

    public override bool WatchesAll => _method is not null;

    public override bool HasSeenEnough => _method is not null || base.HasSeenEnough;

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (packet is not { Direction: PacketDirection.ToBroker, Packet: ConnectPacket login })
        {
            return null;
        }

        if (_method is null)
        {
            if (login.AuthenticationMethod is not { } method)
            {
                Settle(Verdict.Inconclusive, "the login names no authentication method that could be refused");
                return null;
            }

            _method = method;
            return [ProxyAction.Send(PacketDirection.ToClient, new ConnAckPacket { Reason = ReasonCode.BadAuthenticationMethod }, packet.Version), ProxyAction.Close];
        }

        // Another device's login says nothing; one under a pseudonym has another name each time.
        if (login.ClientId == Login?.ClientId || login.AuthenticationMethod == _method)
        {
            Settle(
                login.AuthenticationMethod == _method ? Verdict.Pass : Verdict.Fail,
                login.AuthenticationMethod == _method ? $"the device came again by {_method}"
                : login.AuthenticationMethod is { } other ? $"the device came again by {other} in place of {_method}"
                : login.Password is { } password ? $"the device came again with a password of {password.Length} bytes in place of {_method}" : $"the device came again without any proof in place of {_method}");
        }

        return null;
    }

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_method is null)
        {
            Settle(Verdict.Inconclusive, "its login ended before it began");
        }

        return Task.CompletedTask;
    }
}
