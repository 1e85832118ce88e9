using Harness.Schemes.MqttPresent;

namespace Harness.Sessions.Keys;

/// <summary>Options of the broker's distribution of traffic keys.</summary>
/// <param name="Pairs">Pairs of clients, with their topics.</param>
/// <param name="KeyBits">PRESENT's key size on this rig, 80 or 128.</param>
/// <param name="Profiles">Handshakes that count; the paper's is <c>as-published</c>.</param>
public sealed record KeyServiceOptions(IReadOnlyList<KeyPair> Pairs, int KeyBits, IReadOnlyList<AugPakeProfile> Profiles);

/// <summary>One wrap for one client.</summary>
/// <param name="Client">Its receiver.</param>
/// <param name="Message">Bytes to publish on the client's key topic.</param>
public sealed record WrapDelivery(string Client, WrapMessage Message);

/// <summary>The broker side of MQTT-PRESENT: Ks = SKp xor SKs for every pair whose both partners logged in, wrapped for each under its own SK.</summary>
/// <remarks>
/// No I/O: it says what is to be published. The subscriber comes before the publisher, so that who reads has the key before who writes.
/// A key is kept until the client's next handshake, or the end. Safe for use by many threads.
/// </remarks>
public sealed class MqttPresentKeyService : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SessionKey> _keys = new(StringComparer.Ordinal);
    private readonly KeyServiceOptions _options;

    /// <summary>A service for some pairs.</summary>
    /// <exception cref="ArgumentException">A key size PRESENT does not have.</exception>
    public MqttPresentKeyService(KeyServiceOptions options)
    {
        if (!MqttPresentCipher.KeyBits.Contains(options.KeyBits))
        {
            throw new ArgumentException($"PRESENT's key has 80 or 128 bits, not {options.KeyBits}.", nameof(options));
        }

        _options = options;
    }

    /// <summary>Takes the key of a completed handshake.</summary>
    /// <param name="client">ClientId.</param>
    /// <param name="profile">The handshake's profile; one that does not count also ends the validity of the key before.</param>
    /// <param name="key">SK; the service owns it from here.</param>
    /// <returns>The wraps this makes due, for both partners of every complete pair.</returns>
    public IReadOnlyList<WrapDelivery> Established(string client, AugPakeProfile profile, SessionKey key)
    {
        lock (_gate)
        {
            if (_keys.Remove(client, out var before))
            {
                before.Dispose();
            }

            if (!_options.Profiles.Contains(profile) || _options.Pairs.All(p => p.Publisher != client && p.Subscriber != client))
            {
                key.Dispose();
                return [];
            }

            _keys[client] = key;
            return [.. Pairs(client).SelectMany(p => new[] { Wrap(p, p.Subscriber), Wrap(p, p.Publisher) })];
        }
    }

    /// <summary>The wraps that are current for one client, for example when it subscribes to its key topic.</summary>
    public IReadOnlyList<WrapDelivery> Current(string client)
    {
        lock (_gate)
        {
            return [.. Pairs(client).Select(p => Wrap(p, client))];
        }
    }

    /// <summary>The fingerprint of a pair's Ks, 16 hex digits; null until both logged in.</summary>
    public string? Fingerprint(KeyPair pair)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(pair.Publisher, out var skp) || !_keys.TryGetValue(pair.Subscriber, out var sks))
            {
                return null;
            }

            var combined = MqttPresentCipher.Combine(skp.Bytes, sks.Bytes);
            using var key = new SessionKey(combined);
            CryptographicOperations.ZeroMemory(combined);
            return key.Fingerprint;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var key in _keys.Values)
            {
                key.Dispose();
            }

            _keys.Clear();
        }
    }

    private IEnumerable<KeyPair> Pairs(string client) => _options.Pairs.Where(p =>
        (p.Publisher == client || p.Subscriber == client) && _keys.ContainsKey(p.Publisher) && _keys.ContainsKey(p.Subscriber));

    private WrapDelivery Wrap(KeyPair pair, string receiver)
    {
        var combined = MqttPresentCipher.Combine(_keys[pair.Publisher].Bytes, _keys[pair.Subscriber].Bytes);
        try
        {
            var wrap = MqttPresentCipher.Wrap(_options.KeyBits, _keys[receiver].Bytes, combined);
            var peer = receiver == pair.Publisher ? pair.Subscriber : pair.Publisher;
            return new WrapDelivery(receiver, new WrapMessage(pair.Topic, peer, wrap));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(combined);
        }
    }
}
