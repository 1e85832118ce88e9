namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>Two whole sessions.</summary>
[Attack("ua-two-sessions", Order = 1)]
internal sealed class TwoSessions : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        summary: "Captures two sessions of the publisher, login and a message each, and looks for what links them.",
        control: "plain MQTT with a user name and a new ClientId each time; a client that changes everything must not be linked");

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.NamedAsync(who == 0 ? "operator-7" : "somebody-2", cancellationToken);
}

/// <summary>A session and a login that never ended.</summary>
[Attack("ua-aborted-session", Order = 2)]
internal sealed class AbortedSession : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        summary: "Captures a session and a login that is broken off when V_C comes, and looks for what links them.",
        control: "plain MQTT with a user name and a new ClientId each time; a client that changes everything must not be linked") with
    {
        Schemes = SchemeSets.WithHandshake,
        Precondition = "An eavesdropper with a capture, who can break a connection. IP addresses, ports, timing and lengths are excluded.",
    };

    protected override bool SecondIsAborted => true;

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.NamedAsync(who == 0 ? "operator-7" : "somebody-2", cancellationToken);
}

/// <summary>Two sessions, but for their CONNECT.</summary>
[Attack("ua-after-connect", Order = 3)]
internal sealed class AfterLogin : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        summary: "Looks for what links two sessions after CONNECT: hiding the ClientId alone would not be enough.",
        control: "plain MQTT with a new ClientId each time but one topic; a client that changes everything must not be linked");

    protected override bool Counts(ProxiedPacket packet) => packet.Packet is not ConnectPacket;

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.OnTopicAsync(who == 0 ? "plant/boiler-room" : "plant/cellar-pump", cancellationToken);
}
