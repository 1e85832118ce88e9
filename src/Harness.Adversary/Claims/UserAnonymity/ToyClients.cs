namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>Clients of plain MQTT whose anonymity is known beforehand: what the scan must find, and what it must not.</summary>
internal sealed class ToyClients : IAsyncDisposable
{
    // Of a broker in this process: a machine under load is slow, but not this slow.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly BrokerWithTap _running;
    private readonly Tap _tap;
    private readonly Random _random;

    private ToyClients(BrokerWithTap running, Tap tap, AttackTestbedOptions options)
    {
        (_running, _tap, _random) = (running, tap, new Random(options.Seed));
    }

    public static async Task<ToyClients> OpenAsync(AttackTestbedOptions options, CancellationToken cancellationToken)
    {
        var tap = new Tap();
        return new ToyClients(await BrokerWithTap.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, tap, cancellationToken).ConfigureAwait(false), tap, options);
    }

    /// <summary>A session of a client that changes its ClientId, but has a user name.</summary>
    public Task<IReadOnlyList<ProxiedPacket>> NamedAsync(string user, CancellationToken cancellationToken) =>
        SessionAsync(user, "plant/" + Pseudonym(), cancellationToken);

    /// <summary>A session of a client that changes its ClientId, but always publishes on its topic.</summary>
    public Task<IReadOnlyList<ProxiedPacket>> OnTopicAsync(string topic, CancellationToken cancellationToken) =>
        SessionAsync(null, topic, cancellationToken);

    /// <summary>A session of a client with nothing that lasts: pseudonyms for ClientId and topic, random payload.</summary>
    public Task<IReadOnlyList<ProxiedPacket>> PseudonymousAsync(CancellationToken cancellationToken) =>
        SessionAsync(null, "plant/" + Pseudonym(), cancellationToken);

    /// <summary>A session of a client with nothing that lasts but a counter in front of its payload.</summary>
    public Task<IReadOnlyList<ProxiedPacket>> CountingAsync(ulong counter, CancellationToken cancellationToken)
    {
        var payload = Bytes(16);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(payload, counter);
        return SessionAsync(null, "plant/" + Pseudonym(), cancellationToken, payload);
    }

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private string Pseudonym() => Convert.ToHexStringLower(Bytes(11));

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private async Task<IReadOnlyList<ProxiedPacket>> SessionAsync(string? user, string topic, CancellationToken cancellationToken, byte[]? payload = null)
    {
        var before = _tap.Seen.Count;
        var client = await MqttClient.ConnectAsync(
            new MqttClientOptions { Host = _running.Proxy.Endpoint.Address.ToString(), Port = _running.Proxy.Endpoint.Port, ClientId = Pseudonym(), UserName = user, Timeout = Timeout },
            cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.PublishAsync(topic, payload ?? Bytes(16), QualityOfService.AtLeastOnce, retain: false, cancellationToken).ConfigureAwait(false);
        }

        return [.. _tap.Seen.Skip(before)];
    }
}
