using System.Net;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>Clients of plain MQTT whose anonymity is known beforehand: what the scan must find, and what it must not.</summary>
internal sealed class ToyClients : IAsyncDisposable
{
    // Of a broker in this process: a machine under load is slow, but not this slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly MqttBroker _broker;
    private readonly MqttProxy _proxy;
    private readonly Tap _tap;
    private readonly Random _random;

    private ToyClients(MqttBroker broker, MqttProxy proxy, Tap tap, Random random)
    {
        (_broker, _proxy, _tap, _random) = (broker, proxy, tap, random);
    }

    public static async Task<ToyClients> OpenAsync(int seed, CancellationToken cancellationToken)
    {
        var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken).ConfigureAwait(false);
        var tap = new Tap();
        var proxy = await MqttProxy.StartAsync(broker.Endpoint, tap, cancellationToken).ConfigureAwait(false);
        return new ToyClients(broker, proxy, tap, new Random(seed));
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

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
    }

    private string Pseudonym() => Convert.ToHexStringLower(Bytes(11));

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private async Task<IReadOnlyList<ProxiedPacket>> SessionAsync(string? user, string topic, CancellationToken cancellationToken)
    {
        var before = _tap.Seen.Count;
        var client = await MqttClient.ConnectAsync(
            new MqttClientOptions { Host = _proxy.Endpoint.Address.ToString(), Port = _proxy.Endpoint.Port, ClientId = Pseudonym(), UserName = user, Timeout = Patience },
            cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.PublishAsync(topic, Bytes(16), QualityOfService.AtLeastOnce, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return [.. _tap.Seen.Skip(before)];
    }
}
