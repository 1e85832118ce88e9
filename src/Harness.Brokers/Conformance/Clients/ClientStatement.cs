namespace Harness.Brokers.Conformance.Clients;

/// <summary>A normative statement that can be decided at a client.</summary>
public sealed record ClientStatement : Statement
{
    private const int MostWaits = 3;
    private readonly Func<ClientTalk, Task<Finding>> _decide;

    private ClientStatement(StatementAttribute declared, Func<ClientTalk, Task<Finding>> decide)
        : base(declared.Version, declared.Number, declared.Demand) => _decide = decide;

    /// <summary>Every statement, by version and number.</summary>
    public static IReadOnlyList<ClientStatement> All { get; } = [.. Declared<ClientTalk>().Select(s => new ClientStatement(s.Declared, s.Decide))];

    /// <summary>Decides it at a device.</summary>
    internal Task<Finding> DecideAsync(ClientSessions sessions, CancellationToken cancellationToken)
    {
        return WithinAsync(sessions.Client.StatementWithin + (MostWaits * sessions.Client.ConnectWithin), DecideAsync, cancellationToken);

        async Task<Finding> DecideAsync(CancellationToken stop)
        {
            await using var talk = new ClientTalk(sessions, Version, Number, stop);
            return await _decide(talk).ConfigureAwait(false);
        }
    }
}
