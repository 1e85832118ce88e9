namespace Harness.Mqtt.Broker;

/// <summary>Connections before CONNACK, by address. When there are too many the oldest is ended, so that a client that sends its CONNECT always gets in. Thread-safe.</summary>
internal sealed class Admission(MqttBrokerOptions options, HookGuard hooks)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Waiting> _byAddress = [];
    private int _count;

    /// <summary>The number of waiting connections.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Adds an accepted connection; another one may be ended for it.</summary>
    public void Add(BrokerConnection connection, IPAddress address)
    {
        BrokerConnection? ended = null;
        BrokerLimitReached? told = null;
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(address, out var own))
            {
                _byAddress.Add(address, own = new Waiting());
            }

            var (crowd, at) = own.Silent.Count >= options.MaximumSilentPerAddress ? (own, address)
                : _count >= options.MaximumConnections ? LargestGroup()
                : (null, address);
            if (crowd is not null)
            {
                ended = (crowd.Silent.First ?? crowd.Talking.First)!.Value;
                RemoveLocked(ended, at, crowd);
                crowd.Ended++;

                // Reported at 1, 2, 4, 8 ..., so that a flood of connections does not become a flood of events.
                if ((crowd.Ended & (crowd.Ended - 1)) == 0)
                {
                    told = new BrokerLimitReached(BrokerLimit.UnfinishedConnections, null, at, 0, crowd.Ended);
                }
            }

            _byAddress[address] = own;
            own.Silent.AddLast(connection);
            _count++;
        }

        ended?.Abort();
        if (told is not null)
        {
            hooks.LimitReached(told);
        }
    }

    /// <summary>Marks a connection whose CONNECT was read whole.</summary>
    public void MarkIdentified(BrokerConnection connection, IPAddress address)
    {
        lock (_lock)
        {
            if (_byAddress.TryGetValue(address, out var own) && own.Silent.Remove(connection))
            {
                own.Talking.AddLast(connection);
            }
        }
    }

    /// <summary>Removes a connection that got its CONNACK or ended.</summary>
    public void Remove(BrokerConnection connection, IPAddress address)
    {
        lock (_lock)
        {
            if (_byAddress.TryGetValue(address, out var own))
            {
                RemoveLocked(connection, address, own);
            }
        }
    }

    private void RemoveLocked(BrokerConnection connection, IPAddress address, Waiting own)
    {
        if (own.Silent.Remove(connection) || own.Talking.Remove(connection))
        {
            _count--;
        }

        if (own.Silent.Count + own.Talking.Count == 0)
        {
            _byAddress.Remove(address);
        }
    }

    private (Waiting Crowd, IPAddress Address) LargestGroup()
    {
        var (address, crowd) = _byAddress.MaxBy(w => w.Value.Silent.Count + w.Value.Talking.Count);
        return (crowd, address);
    }

    private sealed class Waiting
    {
        public LinkedList<BrokerConnection> Silent { get; } = new();

        public LinkedList<BrokerConnection> Talking { get; } = new();

        /// <summary>The number of connections of this address that were ended since it last had none waiting.</summary>
        public int Ended { get; set; }
    }
}
