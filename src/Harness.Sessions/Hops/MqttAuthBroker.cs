namespace Harness.Sessions.Hops;

/// <summary>The broker's side of MQTT-Auth: hops as in AugMQTT, and a token service on <c>auth/&lt;hex(C)&gt;</c> that decides who publishes and reads.</summary>
/// <remarks>
/// "As reconstructed": rights are the connection's that showed the token, and end with it; a payload is opened before rights are asked for, so
/// that one refused for want of a right cannot be replayed once there is one; rights to read are asked for again when a message is sent.
/// </remarks>
internal sealed class MqttAuthBroker(TimeProvider time, Action<string, string, bool, string> note) : AugMqttBroker(time, note)
{
    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.MqttAuth)]
    private static MqttAuthBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) => new(options.TimeProvider, note);

    private readonly TokenRegistry _tokens = new();

    public override void Disconnected(string client)
    {
        base.Disconnected(client);
        _tokens.End(client);
    }

    public override bool MaySubscribe(string client, bool proved, string filter)
    {
        if (!base.MaySubscribe(client, proved, filter))
        {
            return false;
        }

        var granted = TokenTopics.IsPrivate(filter) ? filter == TokenTopics.Of(client) : _tokens.MayReadSomeOf(client, filter);
        if (!granted)
        {
            Note(client, filter, false, PayloadReasons.NoGrant);
        }

        return granted;
    }

    public override bool MayReceive(string client, bool proved, string topic) =>
        proved && (TokenTopics.IsPrivate(topic) ? topic == TokenTopics.Of(client) : _tokens.MayRead(client, topic));

    public override ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) =>
        MayReceive(client, proved, topic) ? base.Outgoing(client, proved, topic, payload) : null;

    protected override PublishJudgement Opened(string client, string topic, byte[] plaintext, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        if (topic == TokenTopics.Of(client))
        {
            var answer = new BrokerMessage(client, topic, Answer(client, plaintext));
            due = () => [answer];
            CryptographicOperations.ZeroMemory(plaintext);
            return PublishJudgement.AcknowledgeOnly;
        }

        if (!TokenTopics.IsPrivate(topic) && _tokens.MayPublish(client, topic))
        {
            return base.Opened(client, topic, plaintext, out due);
        }

        due = null;
        Note(client, topic, false, PayloadReasons.NoGrant);
        return PublishJudgement.Refuse(ReasonCode.NotAuthorized);
    }

    protected override void Forget() => _tokens.Dispose();

    private byte[] Answer(string client, byte[] bytes)
    {
        if (!TokenRequest.TryDecode(bytes, out var request))
        {
            // The intended operation and topic are unknown: the answer names the least and the client's own topic.
            Note(client, TokenTopics.Of(client), false, PayloadReasons.Malformed);
            return new TokenAnswer(TokenOperation.Create, TokenStatus.Malformed, TokenTopics.Of(client), default).Encode();
        }

        var answer = _tokens.Handle(client, request);
        var granted = answer.Status == TokenStatus.Granted;
        Note(client, request.Topic, granted, granted ? PayloadReasons.Granted : PayloadReasons.Refused);
        return answer.Encode();
    }
}
