namespace Harness.Adversary.Taps;

/// <summary>Compares the names that logins show: ClientId and user.</summary>
[TapAttack("linked-logins", "logins show no name by which one is linked to another", Order = 3)]
internal sealed class LinkedLogins : TapAttack
{
    private const int Enough = 3;
    private readonly List<(int Connection, string ClientId, string? User)> _seen = [];

    public override bool IsPassive => true;

    public override bool WatchesAll => true;

    protected override string Wanted => $"{Enough - _seen.Count} more logins";

    protected override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet)
    {
        if (packet is not { Direction: PacketDirection.ToBroker, Packet: ConnectPacket login })
        {
            return null;
        }

        var same = _seen.FirstOrDefault(s => (login.ClientId.Length > 0 && s.ClientId == login.ClientId) || (login.UserName is { Length: > 0 } user && s.User == user));
        _seen.Add((packet.Connection, login.ClientId, login.UserName));
        if (same.Connection > 0)
        {
            Settle(Verdict.Fail, $"connections {same.Connection} and {packet.Connection} show the same {(same.ClientId == login.ClientId ? "ClientId" : "user name")}");
        }
        else if (_seen.Count == Enough)
        {
            Settle(Verdict.Pass, $"ClientId and user name of {Enough} logins all differ");
        }

        return null;
    }

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;
}
