namespace Harness.Sessions.Keys;

/// <summary>The broker's side of MQTT-PRESENT: it hands out traffic keys and routes payloads as they come, to everybody who subscribes.</summary>
internal sealed class MqttPresentBroker(MqttPresentKeyService keys, Action<string, string, bool, string> note) : IBrokerScheme
{
    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.MqttPresent)]
    private static MqttPresentBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) =>
        new(new MqttPresentKeyService(new KeyServiceOptions(options.Pairs, options.KeyBits, options.KeyProfiles)), note);

    public bool OpensPayloads => false;

    public IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key) => Messages(keys.Established(client, profile, key));

    // A key stays until the client's next handshake: the partner goes on with Ks.
    public void Disconnected(string client)
    {
    }

    public bool MaySubscribe(string client, bool proved, string filter) => true;

    public bool MayReceive(string client, bool proved, string topic) => true;

    public PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        due = null;
        note(client, message.Topic, true, PayloadReasons.Routed);
        return PublishJudgement.Route(message.Payload);
    }

    public ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) => payload;

    public IReadOnlyList<BrokerMessage> Current(string client) => Messages(keys.Current(client));

    /// <summary>Fingerprint of a pair's Ks; null until both logged in.</summary>
    public string? Fingerprint(KeyPair pair) => keys.Fingerprint(pair);

    public void Dispose() => keys.Dispose();

    private static BrokerMessage[] Messages(IEnumerable<WrapDelivery> wraps) =>
        [.. wraps.Select(w => new BrokerMessage(w.Client, PrivateTopics.Key(w.Client), w.Message.Encode()))];
}
