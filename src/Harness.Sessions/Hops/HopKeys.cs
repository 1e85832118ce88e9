namespace Harness.Sessions.Hops;

/// <summary>The broker's ends of all hops, one a logged-in client. Safe for use by many threads.</summary>
/// <remarks>The key before a re-authentication is kept for reading <see cref="HopEnd.OldKeyLifetime"/>, then wiped; sealing uses the new one at once.</remarks>
/// <param name="time">Clock.</param>
internal sealed class HopKeys(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Hop> _hops = new(StringComparer.Ordinal);

    /// <summary>Takes the key of a completed handshake. The first of a connection replaces all that was; a later one keeps the one before.</summary>
    /// <param name="client">ClientId.</param>
    /// <param name="key">SK; the caller keeps and wipes it.</param>
    public void Established(string client, SessionKey key)
    {
        lock (_gate)
        {
            if (!_hops.TryGetValue(client, out var hop))
            {
                _hops[client] = hop = new Hop();
            }

            hop.End.Replace(key.Bytes, keepOld: true);
            hop.Forgetting?.Dispose();
            hop.OldUntil = time.GetTimestamp() + (long)(HopEnd.OldKeyLifetime.TotalSeconds * time.TimestampFrequency);
            hop.Forgetting = hop.End.HasOldKey ? time.CreateTimer(_ => Forget(hop), null, HopEnd.OldKeyLifetime, Timeout.InfiniteTimeSpan) : null;
        }
    }

    /// <summary>The connection ended: nothing under its keys can be on its way.</summary>
    public void End(string client)
    {
        lock (_gate)
        {
            if (_hops.Remove(client, out var hop))
            {
                hop.Dispose();
            }
        }
    }

    /// <summary>Opens what a client sent.</summary>
    /// <returns>Null where the client has no key.</returns>
    public HopResult? Open(string client, string topic, ReadOnlySpan<byte> payload, out byte[] plaintext)
    {
        lock (_gate)
        {
            plaintext = [];
            if (!_hops.TryGetValue(client, out var hop))
            {
                return null;
            }

            // A timer may be late; the rule is not.
            if (hop.End.HasOldKey && time.GetTimestamp() >= hop.OldUntil)
            {
                hop.End.ForgetOld();
            }

            return hop.End.Open(topic, payload, out plaintext);
        }
    }

    /// <summary>Seals for a client under its newest key.</summary>
    /// <returns>Null where it has none.</returns>
    public byte[]? Seal(string client, string topic, ReadOnlySpan<byte> plaintext)
    {
        lock (_gate)
        {
            return _hops.TryGetValue(client, out var hop) ? hop.End.Seal(topic, plaintext) : null;
        }
    }

    /// <summary>True where the key before a client's last handshake is still held.</summary>
    public bool HoldsOldKey(string client)
    {
        lock (_gate)
        {
            return _hops.TryGetValue(client, out var hop) && hop.End.HasOldKey;
        }
    }

    /// <summary>Wipes every key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var hop in _hops.Values)
            {
                hop.Dispose();
            }

            _hops.Clear();
        }
    }

    private void Forget(Hop hop)
    {
        lock (_gate)
        {
            // A timer that was already running when a newer handshake set the next one must not take that one's key.
            if (time.GetTimestamp() >= hop.OldUntil)
            {
                hop.End.ForgetOld();
            }
        }
    }

    private sealed class Hop : IDisposable
    {
        public HopEnd End { get; } = new(HopDirection.FromBroker);

        public long OldUntil { get; set; }

        public ITimer? Forgetting { get; set; }

        public void Dispose()
        {
            Forgetting?.Dispose();
            End.Dispose();
        }
    }
}
