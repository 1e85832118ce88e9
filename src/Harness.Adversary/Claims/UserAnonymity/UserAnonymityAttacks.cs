using Harness.Mqtt;

namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>The attacks on this claim.</summary>
internal static class UserAnonymityAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [new TwoSessions(), new AbortedSession(), new AfterLogin()];
}

/// <summary>Two whole sessions.</summary>
internal sealed class TwoSessions : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        id: "ua-two-sessions",
        summary: "Captures two sessions of the publisher, login and a message each, and looks for what links them.",
        control: "plain MQTT with a user name and a new ClientId each time; a client that changes everything must not be linked");

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.NamedAsync(who == 0 ? "operator-7" : "somebody-2", cancellationToken);
}

/// <summary>A session and a login that never ended.</summary>
internal sealed class AbortedSession : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        id: "ua-aborted-session",
        summary: "Captures a session and a login that is broken off when V_C comes, and looks for what links them.",
        control: "plain MQTT with a user name and a new ClientId each time; a client that changes everything must not be linked") with
    {
        Precondition = "An eavesdropper with a capture, who can break a connection. IP addresses, ports, timing and lengths are excluded.",
    };

    protected override bool SecondIsAborted => true;

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.NamedAsync(who == 0 ? "operator-7" : "somebody-2", cancellationToken);
}

/// <summary>Two sessions, but for their CONNECT.</summary>
internal sealed class AfterLogin : LinkingAttack
{
    public override AttackDescription Description { get; } = Describe(
        id: "ua-after-connect",
        summary: "Looks for what links two sessions after CONNECT: hiding the ClientId alone would not be enough.",
        control: "plain MQTT with a new ClientId each time but one topic; a client that changes everything must not be linked");

    protected override bool Counts(ProxiedPacket packet) => packet.Packet is not ConnectPacket;

    protected override Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken) =>
        toys.OnTopicAsync(who == 0 ? "plant/boiler-room" : "plant/cellar-pump", cancellationToken);
}
