using System.Threading.Channels;

namespace Harness.Adversary.Claims;

/// <summary>A client in the adversary's hands: a valid account, a login beside the tap, and the bare SK. It keeps no rule but those that serve it.</summary>
public sealed class RogueClient : IAsyncDisposable
{
    private readonly AttackTestbed _testbed;
    private readonly SessionKey _key;
    private readonly Queue<MqttMessage> _pending = new();

    private RogueClient(AttackTestbed testbed, string client, string clientId, MqttClient mqtt, SessionKey key)
    {
        (_testbed, Client, ClientId, Mqtt, _key) = (testbed, client, clientId, mqtt, key);
        Hop = new HopChannel(key.Bytes, HopDirection.ToBroker);
    }

    /// <summary>C.</summary>
    public string Client { get; }

    /// <summary>The ClientId of its connection: C but under hardened.</summary>
    public string ClientId { get; }

    /// <summary>Its connection, for whatever it wants to send.</summary>
    public MqttClient Mqtt { get; }

    /// <summary>SK, 32 bytes.</summary>
    public ReadOnlySpan<byte> SessionKey => _key.Bytes;

    /// <summary>Fingerprint of SK.</summary>
    public string Fingerprint => _key.Fingerprint;

    /// <summary>Its end of the hop to the broker (augmqtt, mqtt-auth).</summary>
    public HopChannel Hop { get; }

    /// <summary>Logs in.</summary>
    /// <exception cref="MqttRefusedException">The broker refused.</exception>
    /// <exception cref="InconclusiveException">No answer in time.</exception>
    internal static async Task<RogueClient> LoginAsync(
        AttackTestbed testbed, string client, string password, string? pseudonym, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        var options = testbed.Options;
        if (SchemeNames.WithoutKey.Contains(testbed.Scheme))
        {
            return await KeylessAsync(testbed, client, password, endpoint, cancellationToken).ConfigureAwait(false);
        }

        using var login = new BareLogin(new AugPakeClient(options.Group, options.Profile, client, options.Server, password, null, pseudonym),
            AugPakeMethod.Of(options.Profile, options.Group));
        MqttClient mqtt;
        try
        {
            mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = endpoint.Address.ToString(), Port = endpoint.Port, ClientId = pseudonym ?? client, Timeout = options.Timeout, Authentication = login,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException($"login of the rogue {client}", "an end, good or bad", e.Message, inner: e);
        }

        var rogue = new RogueClient(testbed, client, pseudonym ?? client, mqtt, login.TakeKey());
        if (testbed.Scheme == SchemeNames.MqttPresent)
        {
            await rogue.SubscribeAsync(PrivateTopics.Key(client), cancellationToken).ConfigureAwait(false);
        }

        return rogue;
    }

    // Such a login leaves no key: a random one stands in its place, and opens and seals nothing.
    private static async Task<RogueClient> KeylessAsync(AttackTestbed testbed, string client, string password, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var party = new HostParty(client);
        await party.ProvisionAsync(new PartyIdentity(client, testbed.Options.Server, password, testbed.Options.Group.Name, testbed.Options.Profile.Name()) { Scheme = testbed.Scheme }, cancellationToken)
            .ConfigureAwait(false);
        var options = new MqttClientOptions { Host = endpoint.Address.ToString(), Port = endpoint.Port, ClientId = client, Timeout = testbed.Options.Timeout };
        options = party.Plain is { } plain
            ? options with { UserName = client, Password = await plain.PasswordAsync(cancellationToken).ConfigureAwait(false) }
            : options with { Authentication = new Harness.Sessions.Scram.ScramLogin(party) };
        try
        {
            var mqtt = await MqttClient.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
            return new RogueClient(testbed, client, client, mqtt, new SessionKey(RandomNumberGenerator.GetBytes(32)));
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException($"login of the rogue {client}", "an end, good or bad", e.Message, inner: e);
        }
    }

    /// <summary>Publishes bytes as they are (QoS 1) and waits for PUBACK.</summary>
    /// <returns>Its reason, which may be a refusal.</returns>
    public Task<ReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        BoundedAsync($"PUBACK on {topic}", token => Mqtt.PublishAsync(topic, payload, QualityOfService.AtLeastOnce, retain: false, token), cancellationToken);

    /// <summary>Subscribes.</summary>
    /// <returns>The reason of SUBACK, which may be a refusal.</returns>
    public Task<ReasonCode> SubscribeAsync(string filter, CancellationToken cancellationToken) =>
        BoundedAsync($"SUBACK of {filter}", token => Mqtt.SubscribeAsync(filter, QualityOfService.AtLeastOnce, token), cancellationToken);

    /// <summary>The next message, as it came, but for those that <see cref="WaitForWrapAsync"/> took.</summary>
    /// <exception cref="InconclusiveException">None in time.</exception>
    public Task<MqttMessage> ReceiveAsync(CancellationToken cancellationToken) => _pending.TryDequeue(out var kept)
        ? Task.FromResult(kept)
        : NextAsync("a message", cancellationToken);

    /// <summary>Every message that has reached this connection by now and was not read yet; the broker's mark ends them (<see cref="TestbedDevice.ReadAllAsync"/>).</summary>
    public async Task<IReadOnlyList<MqttMessage>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var mark = await _testbed.SendMarkAsync(Client, cancellationToken).ConfigureAwait(false);
        var messages = new List<MqttMessage>();
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (message.Topic == AttackTestbed.MarkTopic(ClientId) && message.Payload.Span.SequenceEqual(mark))
            {
                return messages;
            }

            messages.Add(message);
        }
    }

    /// <summary>The next wrap of a traffic key for it (mqtt-present).</summary>
    /// <exception cref="InconclusiveException">None in time.</exception>
    public async Task<WrapMessage> WaitForWrapAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await NextAsync("a wrap", cancellationToken).ConfigureAwait(false);
            if (message.Topic == PrivateTopics.Key(Client) && WrapMessage.TryDecode(message.Payload.Span, out var wrap))
            {
                return wrap;
            }

            _pending.Enqueue(message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Mqtt.DisposeAsync().ConfigureAwait(false);
        Hop.Dispose();
        _key.Dispose();
    }

    private Task<MqttMessage> NextAsync(string what, CancellationToken cancellationToken) =>
        BoundedAsync(what, async token => await Mqtt.Messages.ReadAsync(token).ConfigureAwait(false), cancellationToken);

    private async Task<T> BoundedAsync<T>(string what, Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_testbed.Options.Timeout);
        try
        {
            return await wait(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or ChannelClosedException or MqttException)
        {
            throw new InconclusiveException($"rogue {Client}", what, e.Message, inner: e);
        }
    }

    private sealed class BareLogin(AugPakeClient client, string method) : IEnhancedAuthenticationClient, IDisposable
    {
        private SessionKey? _key;

        public string Method => method;

        public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => new(client.Start());

        public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
            ServerHello.TryDecode(data.Span, out var hello)
                ? new(client.Respond(hello.Y.Span))
                : throw new MqttNotConnectedException($"{data.Length} bytes that are no S and Y");

        public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            _key = client.Finish(data.Span);
            return ValueTask.CompletedTask;
        }

        public SessionKey TakeKey()
        {
            var key = _key ?? throw new InvalidOperationException("no key before V_S");
            _key = null;
            return key;
        }

        public void Dispose()
        {
            _key?.Dispose();
            client.Dispose();
        }
    }
}
