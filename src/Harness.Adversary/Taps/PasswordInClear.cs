namespace Harness.Adversary.Taps;

/// <summary>Looks whether CONNECT holds a password.</summary>
[TapAttack("password-in-clear", "a login gives no password to whoever reads the wire", Order = 1)]
internal sealed class PasswordInClear : TapAttack
{
    public override bool IsPassive => true;

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (packet.Packet is ConnectPacket { Password: { } password })
        {
            Settle(Verdict.Fail, $"CONNECT of connection {Connection} holds a password of {password.Length} bytes, with no TLS around it");
        }
        else if (packet is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket })
        {
            Settle(Verdict.Pass, Login?.AuthenticationMethod is { } method ? $"the login of connection {Connection} is by {method} and has no password" : $"the login of connection {Connection} has no password");
        }

        return null;
    }

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        Settle(Verdict.Inconclusive, "its login ended without an answer");
        return Task.CompletedTask;
    }
}
