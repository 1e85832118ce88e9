namespace Harness.Sessions.Pseudonyms;

/// <summary>The broker's side of the hardened scheme: it knows who stands behind a pseudonym, carries pair messages, and routes what it cannot read.</summary>
/// <remarks>
/// A client uses the topics below <c>h/</c> alone, in full: its own pair topic, and those on the wire that it was told of. A wildcard is refused, or whoever logged in
/// could watch all others; so is whatever is to be retained.
/// </remarks>
internal sealed class HardenedBroker : IBrokerScheme
{
    private const string Root = "h/";
    private readonly PseudonymDirectory _directory;
    private readonly PairRouter _router;
    private readonly Action<string, string, bool, string> _note;

    private HardenedBroker(SecureBrokerOptions options, Action<string, string, bool, string> note)
    {
        _note = note;
        var table = new PseudonymTable { Store = options.StorePseudonym };
        _directory = new PseudonymDirectory(table);
        _router = new PairRouter(options.PairCipher, options.Pairs.Select(p => (p.Publisher, p.Subscriber)));
        foreach (var account in options.Pseudonyms)
        {
            table.Add(account.Client, account.Secret.Span, account.Next);
        }
    }

    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.Hardened)]
    private static HardenedBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) => new(options, note);

    public bool OpensPayloads => true;

    /// <summary>The pseudonyms to come and those burnt.</summary>
    public PseudonymTable Table => _directory.Table;

    public IEnhancedAuthenticator Wrap(AugPakeAuthenticator authenticator, Action<string, ulong> reused, Action<string> replaced) =>
        new PseudonymAuthenticator(authenticator, _directory, reused, replaced);

    public string ClientOf(string clientId) => _directory.ClientOf(clientId) ?? clientId;

    public string ConnectionOf(string client) => _directory.ConnectionOf(client) ?? client;

    /// <summary>Lets two clients talk with each other.</summary>
    public void AddPair(string one, string other) => _router.Add(one, other);

    public IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key)
    {
        using (key)
        {
            if (profile == AugPakeProfile.Framed)
            {
                _router.Established(client, key.Bytes);
            }
        }

        return [];
    }

    public void Disconnected(string client)
    {
        if (_directory.Ended(client) is { } name)
        {
            _router.Disconnected(name);
        }
    }

    public bool MaySubscribe(string client, bool proved, string filter)
    {
        var may = proved && filter.StartsWith(Root, StringComparison.Ordinal) && filter.AsSpan().IndexOfAny('+', '#') < 0 && IsFree(client, filter);
        if (!may)
        {
            _note(ClientOf(client), filter, false, PayloadReasons.NoGrant);
        }

        return may;
    }

    public bool MayReceive(string client, bool proved, string topic) => proved && IsFree(client, topic);

    public PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due)
    {
        due = null;
        var name = _directory.ClientOf(client);
        if (!proved || name is null || message.Retain || !message.Topic.StartsWith(Root, StringComparison.Ordinal) || !IsFree(client, message.Topic))
        {
            _note(name ?? client, message.Topic, false, proved ? PayloadReasons.NoGrant : PayloadReasons.NoKey);
            return PublishJudgement.Refuse(ReasonCode.NotAuthorized);
        }

        if (_router.OwnerOf(message.Topic) is null)
        {
            _note(name, message.Topic, true, PayloadReasons.Routed);
            return PublishJudgement.Route(message.Payload);
        }

        var carried = _router.Take(name, message.Payload.Span, out var result);
        _note(name, message.Topic, result is HardenedResult.Opened or HardenedResult.NoKey, result switch
        {
            HardenedResult.Opened => PayloadReasons.Routed,
            HardenedResult.NoKey => PayloadReasons.NoKey, // no pair, or a partner that is not here: dropped, and nothing wrong with it
            HardenedResult.Replay => PayloadReasons.Replay,
            HardenedResult.Malformed => PayloadReasons.Malformed,
            _ => PayloadReasons.BadTag,
        });
        if (carried is not null)
        {
            due = () => _router.Seal(carried) is { } message ? [new BrokerMessage(message.Client, message.Topic, message.Payload)] : [];
        }

        return result is HardenedResult.Opened or HardenedResult.NoKey ? PublishJudgement.AcknowledgeOnly : PublishJudgement.Refuse(ReasonCode.NotAuthorized);
    }

    public ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) => payload;

    public IReadOnlyList<BrokerMessage> Current(string client) => [];

    public void Dispose() => _router.Dispose();

    /// <summary>True if a topic is not another client's pair topic.</summary>
    private bool IsFree(string clientId, string topic) => _router.OwnerOf(topic) is not { } owner || owner == _directory.ClientOf(clientId);
}
