namespace Harness.Schemes.Hardened;

/// <summary>The meaning of a ClientId to the broker.</summary>
public enum PseudonymStatus
{
    /// <summary>A client's next pseudonym or one of those after it: it is burnt now.</summary>
    Fresh,

    /// <summary>One that was burnt before: somebody repeats a login, or a clone of the device exists.</summary>
    Burnt,

    /// <summary>Nobody's, or one beyond the window.</summary>
    Unknown,
}

/// <summary>A ClientId that was looked up.</summary>
/// <param name="Status">Its state.</param>
/// <param name="Client">C; null where it is nobody's.</param>
/// <param name="Attempt">j.</param>
public readonly record struct PseudonymUse(PseudonymStatus Status, string? Client, ulong Attempt);

/// <summary>The broker's table of pseudonyms: for each client the 1,024 that may come next, and the last 4,096 burnt ones, by which a clone is noticed.</summary>
/// <remarks>
/// <see cref="Use"/> burns PN_j and all before it on sight, whatever becomes of the login: no pseudonym is on the wire in two accepted logins. The order in which the
/// tables are filled is nobody's matter; <see cref="Add"/> computes 1,024 HMACs. Safe for use by many threads.
/// </remarks>
public sealed class PseudonymTable
{
    /// <summary>Pseudonyms ahead that are accepted: 1,024.</summary>
    public const int LookAhead = 1024;

    /// <summary>Burnt pseudonyms of a client that are still known: 4,096.</summary>
    public const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Window Window, ulong Attempt)> _pseudonyms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Window> _clients = new(StringComparer.Ordinal);

    /// <summary>A client's next j changed: stored before its login goes on. Called under the table's lock.</summary>
    public Action<string, ulong>? Store { get; init; }

    /// <summary>Adds a client, or puts another secret in place of the one it had.</summary>
    /// <param name="client">C.</param>
    /// <param name="secret">u, 16 bytes; copied.</param>
    /// <param name="next">The lowest j that was not burnt yet.</param>
    public void Add(string client, ReadOnlySpan<byte> secret, ulong next = 0)
    {
        if (secret.Length != HardenedKeys.PseudonymSecretSize)
        {
            throw new ArgumentException($"u has {HardenedKeys.PseudonymSecretSize} bytes, not {secret.Length}.", nameof(secret));
        }

        var window = new Window(client, secret.ToArray(), next);
        var names = Enumerable.Range(0, LookAhead).Select(i => next + (ulong)i).Where(j => j >= next)
            .Select(j => (Name: HardenedKeys.Pseudonym(window.Secret, j), Attempt: j)).ToList();
        lock (_gate)
        {
            if (_clients.TryGetValue(client, out var old))
            {
                foreach (var name in _pseudonyms.Where(p => ReferenceEquals(p.Value.Window, old)).Select(p => p.Key).ToList())
                {
                    _pseudonyms.Remove(name);
                }
            }

            _clients[client] = window;
            names.ForEach(n => _pseudonyms[n.Name] = (window, n.Attempt));
            window.Filled = next + LookAhead < next ? 0 : next + LookAhead;
        }
    }

    /// <summary>The lowest j of a client that was not burnt yet; null for a client that is not here.</summary>
    public ulong? NextOf(string client)
    {
        lock (_gate)
        {
            return _clients.TryGetValue(client, out var window) ? window.Next : null;
        }
    }

    /// <summary>Looks a ClientId up and burns it, with all pseudonyms of that client before it.</summary>
    public PseudonymUse Use(string clientId)
    {
        lock (_gate)
        {
            if (!_pseudonyms.TryGetValue(clientId, out var found))
            {
                return new PseudonymUse(PseudonymStatus.Unknown, null, 0);
            }

            var (window, attempt) = found;
            if (attempt < window.Next)
            {
                return new PseudonymUse(PseudonymStatus.Burnt, window.Client, attempt);
            }

            Store?.Invoke(window.Client, attempt + 1);
            Advance(window, attempt + 1);
            return new PseudonymUse(PseudonymStatus.Fresh, window.Client, attempt);
        }
    }

    private void Advance(Window window, ulong next)
    {
        for (var j = window.Next; j < next; j++)
        {
            // One more at the far end for each one burnt, and one less of those that are remembered.
            if (window.Filled != 0)
            {
                _pseudonyms[HardenedKeys.Pseudonym(window.Secret, window.Filled)] = (window, window.Filled);
                window.Filled++;
            }

            window.Burnt.Enqueue(j);
            if (window.Burnt.Count > Remembered)
            {
                _pseudonyms.Remove(HardenedKeys.Pseudonym(window.Secret, window.Burnt.Dequeue()));
            }
        }

        window.Next = next;
    }

    private sealed class Window(string client, byte[] secret, ulong next)
    {
        public string Client { get; } = client;

        public byte[] Secret { get; } = secret;

        public ulong Next { get; set; } = next;

        /// <summary>The j after the last one in the table; 0 where the numbers are at their end.</summary>
        public ulong Filled { get; set; }

        public Queue<ulong> Burnt { get; } = new();
    }
}
