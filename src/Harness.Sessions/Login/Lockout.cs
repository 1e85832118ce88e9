namespace Harness.Sessions.Login;

/// <summary>When a client is locked out.</summary>
/// <param name="Failures">Failed proofs in a row before the first lock-out; at least 1.</param>
/// <param name="FirstDelay">The first lock-out; it doubles with every further failure.</param>
/// <param name="LongestDelay">The longest lock-out, and how long an idle entry is remembered beyond its own.</param>
/// <param name="Names">Most names remembered at once.</param>
public sealed record LockoutOptions(int Failures, TimeSpan FirstDelay, TimeSpan LongestDelay, int Names)
{
    /// <summary>10 failures, 30 s doubling to 15 min, 4,096 names.</summary>
    public static LockoutOptions Default { get; } = new(10, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), 4096);
}

/// <summary>Counts failed proofs by ClientId, known or not, in bounded memory.</summary>
/// <remarks>
/// An attempt counts as a failure before its proof is checked and is taken back when it proves right, so that many exchanges at once
/// win no extra guesses. Where the table is full, names without an account make room first: their lock-out cannot be observed (each
/// of their logins is refused with the same bytes anyway), and so nobody can flood a real client's count out of the table.
/// Known names never leave it; there are as many as accounts.
/// </remarks>
internal sealed class Lockout(LockoutOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _unknown = new();
    private readonly LinkedList<string> _known = new();

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public bool IsLocked(string client)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(client, out var entry) && entry.LockedUntil > time.GetUtcNow();
        }
    }

    /// <summary>Counts an attempt; false where the client is locked out (it is then not counted: no guess was judged).</summary>
    public bool TryBegin(string client, bool known)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var entry = Find(client, known);
            if (entry.LockedUntil > now)
            {
                return false;
            }

            if (entry.Failures > 0 && now - entry.Last > options.LongestDelay + options.LongestDelay)
            {
                entry.Failures = 0;
            }

            entry.Last = now;
            entry.Failures++;
            if (entry.Failures >= options.Failures)
            {
                var doublings = Math.Min(entry.Failures - options.Failures, 30);
                var delay = options.FirstDelay * Math.Pow(2, doublings);
                entry.LockedUntil = now + (delay < options.LongestDelay ? delay : options.LongestDelay);
            }

            return true;
        }
    }

    /// <summary>The attempt proved right: the count starts anew.</summary>
    public void Succeeded(string client)
    {
        lock (_gate)
        {
            Remove(client);
        }
    }

    private Entry Find(string client, bool known)
    {
        // A known name moves in a list of its own though nobody reads it: an unknown one shall not take a few nanoseconds longer.
        var list = known ? _known : _unknown;
        if (_entries.TryGetValue(client, out var entry))
        {
            entry.Place.List!.Remove(entry.Place);
            list.AddLast(entry.Place);
            return entry;
        }

        if (_entries.Count >= options.Names && _unknown.First is { } oldest)
        {
            Remove(oldest.Value);
        }

        entry = new Entry { Place = list.AddLast(client) };
        _entries.Add(client, entry);
        return entry;
    }

    private void Remove(string client)
    {
        if (_entries.Remove(client, out var entry))
        {
            entry.Place.List!.Remove(entry.Place);
        }
    }

    private sealed class Entry
    {
        public int Failures { get; set; }

        public DateTimeOffset LockedUntil { get; set; }

        public DateTimeOffset Last { get; set; }

        public required LinkedListNode<string> Place { get; init; }
    }
}
