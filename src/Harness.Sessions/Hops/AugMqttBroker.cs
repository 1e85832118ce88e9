namespace Harness.Sessions.Hops;

/// <summary>The broker's side of AugMQTT: it opens what a publisher sealed, stores and routes it in clear inside, and seals it for each who gets it.</summary>
/// <remarks>
/// Our reading of what the description leaves open ("as described"): a logged-in client may publish and read every topic; a connection that
/// has not, nothing; retained messages lie opened at the broker and are sealed for whoever subscribes; what waits for a client is sealed when it is
/// sent, under the key of that moment; a will cannot be sealed, since CONNECT comes before SK, and is refused.
/// </remarks>
internal class AugMqttBroker(TimeProvider time, Action<string, string, bool, string> note) : IBrokerScheme
{
    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.AugMqtt)]
    private static AugMqttBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) => new(options.TimeProvider, note);

    protected HopKeys Keys { get; } = new(time);

    public bool OpensPayloads => true;

    public IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key)
    {
        using (key)
        {
            Keys.Established(client, key);
        }

        return [];
    }

    public virtual void Disconnected(string client) => Keys.End(client);

    public virtual bool MaySubscribe(string client, bool proved, string filter)
    {
        if (!proved)
        {
            Note(client, filter, false, PayloadReasons.NoKey);
        }

        return proved;
    }

    public virtual bool MayReceive(string client, bool proved, string topic) => proved;

    public PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        due = null;
        var plaintext = Array.Empty<byte>();
        var result = proved ? Keys.Open(client, message.Topic, message.Payload.Span, out plaintext) : null;
        if (result == HopResult.Opened)
        {
            return Opened(client, message.Topic, plaintext, out due);
        }

        Note(client, message.Topic, false, result switch
        {
            null => PayloadReasons.NoKey,
            HopResult.Replay => PayloadReasons.Replay,
            _ => PayloadReasons.BadTag,
        });
        return PublishJudgement.Refuse(
            message.Payload.Length < HopChannel.Overhead ? ReasonCode.PayloadFormatInvalid : ReasonCode.NotAuthorized);
    }

    public virtual ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) =>
        proved && Keys.Seal(client, topic, payload.Span) is { } outgoing ? outgoing : (ReadOnlyMemory<byte>?)null; // a null array would become an empty payload

    public IReadOnlyList<BrokerMessage> Current(string client) => [];

    public void Dispose()
    {
        Keys.Dispose();
        Forget();
    }

    /// <summary>Judges what was opened.</summary>
    protected virtual PublishJudgement Opened(string client, string topic, byte[] plaintext, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        due = null;
        Note(client, topic, true, PayloadReasons.Opened);
        return PublishJudgement.Route(plaintext);
    }

    protected virtual void Forget()
    {
    }

    protected void Note(string client, string topic, bool accepted, string reason) => note(client, topic, accepted, reason);
}
