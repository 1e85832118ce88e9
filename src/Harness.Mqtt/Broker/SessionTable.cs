using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Harness.Mqtt.Broker;

/// <summary>The sessions of a broker by their names. Each message is offered to all of them, so that they also stand in a row: a dictionary that once held many is slow to go through for ever.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<SessionKey, BrokerSession> _byKey = new();
    private readonly Lock _lock = new();
    private volatile BrokerSession[]? _row;

    /// <summary>All sessions, as they were at some moment of this call; not to be changed.</summary>
    public BrokerSession[] All
    {
        get
        {
            if (_row is { } row)
            {
                return row;
            }

            lock (_lock)
            {
                return _row ??= [.. _byKey.Values];
            }
        }
    }

    /// <summary>Gets the session of a name.</summary>
    public bool TryGet(SessionKey key, [NotNullWhen(true)] out BrokerSession? session) => _byKey.TryGetValue(key, out session);

    /// <summary>Adds a session, in the place of one that had its name.</summary>
    public void Put(BrokerSession session)
    {
        _byKey[session.Key] = session;
        Changed();
    }

    /// <summary>Removes the session of a name.</summary>
    public void Remove(SessionKey key)
    {
        _byKey.TryRemove(key, out _);
        Changed();
    }

    // After the dictionary, with the lock: whoever makes a row meanwhile may have made it of the old ones.
    private void Changed()
    {
        lock (_lock)
        {
            _row = null;
        }
    }
}
