namespace Harness.Sessions.Pseudonyms;

/// <summary>A client's pseudonyms as its account has them.</summary>
/// <param name="Client">C.</param>
/// <param name="Secret">u, 16 bytes; never printed, since it names every login to come.</param>
/// <param name="Next">The lowest j that was not burnt yet.</param>
public sealed record PseudonymAccount(string Client, ReadOnlyMemory<byte> Secret, ulong Next = 0)
{
    /// <summary>Everything but u.</summary>
    public override string ToString() => $"{Client} from {Next}";
}

/// <summary>A pseudonym that came a second time: somebody repeats a recorded login, or a clone of the device exists.</summary>
/// <param name="Client">C.</param>
/// <param name="Attempt">j.</param>
/// <param name="At">When it came.</param>
public sealed record PseudonymReuse(string Client, ulong Attempt, DateTimeOffset At) : IClientRecord;

/// <summary>The clients behind the ClientIds of the present connections. Safe for use by many threads.</summary>
/// <param name="table">The pseudonyms to come and those burnt.</param>
internal sealed class PseudonymDirectory(PseudonymTable table)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _connections = new(StringComparer.Ordinal);

    /// <summary>The table.</summary>
    public PseudonymTable Table => table;

    /// <summary>C of a connection that was accepted; else null.</summary>
    public string? ClientOf(string clientId)
    {
        lock (_gate)
        {
            return _clients.GetValueOrDefault(clientId);
        }
    }

    /// <summary>The ClientId of a client's latest accepted connection; null where it has none.</summary>
    public string? ConnectionOf(string client)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(client);
        }
    }

    /// <summary>A login of a client was accepted.</summary>
    /// <returns>The ClientId of its connection before, which must end; null where it had none.</returns>
    public string? Accepted(string client, string clientId)
    {
        lock (_gate)
        {
            _connections.TryGetValue(client, out var before);
            _connections[client] = clientId;
            _clients[clientId] = client;
            return before == clientId ? null : before;
        }
    }

    /// <summary>A connection ended.</summary>
    /// <returns>C where it was the client's latest; null where another one took its place.</returns>
    public string? Ended(string clientId)
    {
        lock (_gate)
        {
            if (!_clients.Remove(clientId, out var client) || _connections.GetValueOrDefault(client) != clientId)
            {
                return null;
            }

            _connections.Remove(client);
            return client;
        }
    }
}
