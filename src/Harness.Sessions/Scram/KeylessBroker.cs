namespace Harness.Sessions.Scram;

/// <summary>The broker's side of a login that leaves no key: whoever logged in publishes and reads what he likes, and payloads pass as they are.</summary>
internal abstract class KeylessBroker(SecureBrokerOptions options, Action<string, string, bool, string> note) : IBrokerScheme
{
    public bool OpensPayloads => false;

    protected SecureBrokerOptions Options { get; } = options;

    /// <summary>The accounts.</summary>
    public ScramDirectory Accounts { get; } = new(options.ScramAccounts);

    public abstract IEnhancedAuthenticator Wrap(Login.AugPakeAuthenticator authenticator, Action<string, ulong> reused, Action<string> replaced);

    public virtual Func<PasswordLogin, ReasonCode>? Passwords(Func<AuthenticationRequest, Login.LoginOutcome, string?, Login.LoginRecord> ended) => null;

    public IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key)
    {
        key.Dispose();
        return [];
    }

    public void Disconnected(string client)
    {
    }

    public bool MaySubscribe(string client, bool proved, string filter) => Allow(client, proved, filter);

    public bool MayReceive(string client, bool proved, string topic) => proved;

    public PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        due = null;
        if (!Allow(client, proved, message.Topic))
        {
            return PublishJudgement.Refuse(ReasonCode.NotAuthorized);
        }

        note(client, message.Topic, true, PayloadReasons.Routed);
        return PublishJudgement.Route(message.Payload);
    }

    public ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) => proved ? payload : (ReadOnlyMemory<byte>?)null;

    public IReadOnlyList<BrokerMessage> Current(string client) => [];

    public void Dispose()
    {
    }

    private bool Allow(string client, bool proved, string topic)
    {
        if (!proved)
        {
            note(client, topic, false, PayloadReasons.NoKey);
        }

        return proved;
    }
}
