namespace Harness.Schemes.Hardened;

/// <summary>A message that the broker is to publish on a client's pair topic.</summary>
/// <param name="Client">C of who gets it.</param>
/// <param name="Topic">Its pair topic.</param>
/// <param name="Payload">The bytes on the wire.</param>
public sealed record CarriedMessage(string Client, string Topic, byte[] Payload);

/// <summary>A body on its way from one client to another, not sealed yet.</summary>
/// <param name="From">C of its sender.</param>
/// <param name="To">C of who gets it.</param>
/// <param name="Body">A <see cref="PairMessage"/>, encoded.</param>
public sealed record PairForward(string From, string To, byte[] Body);

/// <summary>The broker's part of the scheme: it carries pair messages from one client's pair topic to another's, and cannot read what pairs agree on.</summary>
/// <remarks>No I/O. Safe for use by many threads.</remarks>
/// <param name="cipher">The rig's cipher.</param>
/// <param name="pairs">The clients that may talk with each other, by C, in either order.</param>
public sealed class PairRouter(HardenedCipher cipher, IEnumerable<(string One, string Other)> pairs) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PairChannel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string)> _pairs = [.. pairs.SelectMany(p => new[] { (p.One, p.Other), (p.Other, p.One) })];

    /// <summary>A client logged in, or authenticated again: its pair topic changes with SK.</summary>
    public void Established(string client, ReadOnlySpan<byte> sessionKey)
    {
        var channel = new PairChannel(cipher, sessionKey, client, isBroker: true);
        lock (_gate)
        {
            Remove(client);
            _channels[client] = channel;
            _owners[channel.Topic] = client;
        }
    }

    /// <summary>A client's connection ended.</summary>
    public void Disconnected(string client)
    {
        lock (_gate)
        {
            Remove(client);
        }
    }

    /// <summary>Lets two clients talk with each other.</summary>
    public void Add(string one, string other)
    {
        lock (_gate)
        {
            _pairs.Add((one, other));
            _pairs.Add((other, one));
        }
    }

    /// <summary>C of the client whose pair topic this is now; null where it is nobody's.</summary>
    public string? OwnerOf(string topic)
    {
        lock (_gate)
        {
            return _owners.GetValueOrDefault(topic);
        }
    }

    /// <summary>The pair topic of a client that is logged in; else null.</summary>
    public string? TopicOf(string client)
    {
        lock (_gate)
        {
            return _channels.GetValueOrDefault(client)?.Topic;
        }
    }

    /// <summary>Takes what a client published on its pair topic.</summary>
    /// <param name="client">C, of a connection that has proved it.</param>
    /// <param name="payload">The bytes on the wire.</param>
    /// <param name="result">Opened where the client may talk with the peer; NoKey where it may not, or the peer is not here: its next login asks anew.</param>
    /// <returns>The body to carry on, by <see cref="Seal"/>; null for nothing.</returns>
    public PairForward? Take(string client, ReadOnlySpan<byte> payload, out HardenedResult result)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(client, out var from))
            {
                result = HardenedResult.NoKey;
                return null;
            }

            result = from.Open(payload, out var peer, out var body);
            if (result != HardenedResult.Opened)
            {
                return null;
            }

            if (!_pairs.Contains((client, peer!)) || !_channels.ContainsKey(peer!))
            {
                result = HardenedResult.NoKey;
                return null;
            }

            return new PairForward(client, peer!, body!);
        }
    }

    /// <summary>Seals a body for the hop to its receiver. To be called in the order in which the messages are published: counts must rise on the wire.</summary>
    /// <returns>The message to publish; null where the receiver is not here any more.</returns>
    public CarriedMessage? Seal(PairForward forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        lock (_gate)
        {
            return _channels.TryGetValue(forward.To, out var to) ? new CarriedMessage(forward.To, to.Topic, to.Seal(forward.From, forward.Body)) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var channel in _channels.Values)
            {
                channel.Dispose();
            }

            _channels.Clear();
        }
    }

    private void Remove(string client)
    {
        if (_channels.Remove(client, out var channel))
        {
            _owners.Remove(channel.Topic);
            channel.Dispose();
        }
    }
}
