namespace Harness.Schemes.MqttAuth;

/// <summary>The broker's record of created topics, their tokens, and the clients that may publish and read there (MQTT-Auth, Calabretta et al. 2018, as reconstructed). No I/O. Safe for use by many threads.</summary>
/// <remarks>
/// The public abstract leaves details open; they are reconstructed as follows ("as reconstructed"):
/// a topic and all below it belong to the client that created it first, and no other client may create above or below it;
/// creating gives two tokens and no right: the creator too shows a token before it publishes or reads;
/// a token is a bearer token: any client that shows it on a logged-in connection has the right until the connection ends or the token is revoked;
/// only the topic's creator may revoke, which ends at once every right gained by the token;
/// the creator may create the topic again after a token was revoked, which draws two new tokens and ends every right gained by the old ones.
/// Every refusal takes one comparison of 16 bytes in constant time and gives the same answer, whatever its reason.
/// </remarks>
/// <param name="maximumTopics">Most topics at once; more are refused.</param>
[Scheme(SchemeNames.MqttAuth, Order = 3, Label = "as reconstructed", IsHopByHop = true, Choose = "when the broker may read and forge everything, and clients publish and read what they were granted")]
public sealed class TokenRegistry(int maximumTopics = TokenRegistry.DefaultMaximumTopics) : IDisposable
{
    /// <summary>Default of the most topics at once.</summary>
    public const int DefaultMaximumTopics = 4096;

    private static readonly byte[] _noToken = new byte[TokenRequest.TokenLength];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _topics = new(StringComparer.Ordinal);
    private readonly HashSet<(string Client, TokenKind Kind, string Topic)> _rights = [];

    /// <summary>Answers a request of a logged-in client.</summary>
    /// <returns>The answer, to be sealed for that client; it holds tokens where a topic was created.</returns>
    public TokenAnswer Handle(string client, TokenRequest request)
    {
        lock (_gate)
        {
            return request.Operation switch
            {
                TokenOperation.Create => Create(client, request.Topic),
                TokenOperation.Publish => Show(client, request, TokenKind.Authentication),
                TokenOperation.Subscribe => Show(client, request, TokenKind.Authorization),
                _ => Revoke(client, request),
            };
        }
    }

    /// <summary>True where a client showed the authentication token of the topic or of one above it.</summary>
    public bool MayPublish(string client, string topic) => Covers(client, TokenKind.Authentication, topic);

    /// <summary>True where a client showed the authorization token of the topic or of one above it.</summary>
    public bool MayRead(string client, string topic) => Covers(client, TokenKind.Authorization, topic);

    /// <summary>True where a filter can match a topic that the client may read. A wider filter gives it no other messages.</summary>
    public bool MayReadSomeOf(string client, string filter)
    {
        lock (_gate)
        {
            return _rights.Any(r => r.Client == client && r.Kind == TokenKind.Authorization && Reaches(filter, r.Topic));
        }
    }

    /// <summary>Ends every right that the client gained by showing a token, as its connection ended.</summary>
    public void End(string client)
    {
        lock (_gate)
        {
            _rights.RemoveWhere(r => r.Client == client);
        }
    }

    /// <summary>Wipes every token.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _topics.Values)
            {
                entry.Wipe();
            }

            _topics.Clear();
            _rights.Clear();
        }
    }

    private TokenAnswer Create(string client, string topic)
    {
        if (!IsCreatable(topic))
        {
            return Refused(TokenOperation.Create, topic);
        }

        if (_topics.TryGetValue(topic, out var before))
        {
            if (before.Creator != client || (before.Authentication is not null && before.Authorization is not null))
            {
                return Refused(TokenOperation.Create, topic);
            }

            before.Wipe();
            _rights.RemoveWhere(r => r.Topic == topic);
        }
        else if (_topics.Count >= maximumTopics || _topics.Any(t => t.Value.Creator != client && (IsUnder(topic, t.Key) || IsUnder(t.Key, topic))))
        {
            return Refused(TokenOperation.Create, topic);
        }

        var entry = new Entry(client);
        _topics[topic] = entry;
        return new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, topic, (byte[])[.. entry.Authentication!, .. entry.Authorization!]);
    }

    private TokenAnswer Show(string client, TokenRequest request, TokenKind kind)
    {
        if (!Holds(request, kind, out _))
        {
            return Refused(request.Operation, request.Topic);
        }

        _rights.Add((client, kind, request.Topic));
        return new TokenAnswer(request.Operation, TokenStatus.Granted, request.Topic, default);
    }

    private TokenAnswer Revoke(string client, TokenRequest request)
    {
        var authentication = Holds(request, TokenKind.Authentication, out var entry);
        var authorization = Holds(request, TokenKind.Authorization, out _);
        if (entry is null || entry.Creator != client || !(authentication | authorization))
        {
            return Refused(TokenOperation.Revoke, request.Topic);
        }

        var kind = authentication ? TokenKind.Authentication : TokenKind.Authorization;
        entry.Wipe(kind);
        _rights.RemoveWhere(r => r.Kind == kind && r.Topic == request.Topic);
        return new TokenAnswer(TokenOperation.Revoke, TokenStatus.Granted, request.Topic, default);
    }

    /// <summary>Compares once, also where there is no such topic or its token is revoked.</summary>
    private bool Holds(TokenRequest request, TokenKind kind, [NotNullWhen(true)] out Entry? entry)
    {
        var token = _topics.TryGetValue(request.Topic, out entry) ? entry.Of(kind) : null;
        return CryptographicOperations.FixedTimeEquals(request.Token.Span, token ?? _noToken) & token is not null;
    }

    private bool Covers(string client, TokenKind kind, string topic)
    {
        lock (_gate)
        {
            for (var covering = topic; ; covering = covering[..covering.LastIndexOf('/')])
            {
                if (_rights.Contains((client, kind, covering)))
                {
                    return true;
                }

                if (!covering.Contains('/'))
                {
                    return false;
                }
            }
        }
    }

    private static TokenAnswer Refused(TokenOperation operation, string topic) => new(operation, TokenStatus.Refused, topic, default);

    /// <summary>True for a topic name that no other rule reserves: no wildcard, no U+0000, none that the broker keeps for itself, and short enough for a party to seal.</summary>
    private static bool IsCreatable(string topic) =>
        topic.AsSpan().IndexOfAny('#', '+', '\0') < 0 && topic[0] != '$' && topic[0] != '/' && !topic.EndsWith('/')
        && Encoding.UTF8.GetByteCount(topic) <= 64 && topic.Split('/')[0] is not ("aug" or TokenTopics.Root);

    private static bool IsUnder(string topic, string above) => topic.StartsWith(above + "/", StringComparison.Ordinal);

    /// <summary>True where a filter matches the topic or one below it.</summary>
    private static bool Reaches(string filter, string topic)
    {
        var wanted = filter.Split('/');
        var levels = topic.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (i >= wanted.Length)
            {
                return false;
            }

            if (wanted[i] == "#")
            {
                return true;
            }

            if (wanted[i] != "+" && wanted[i] != levels[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A created topic.</summary>
    private sealed class Entry(string creator)
    {
        public string Creator { get; } = creator;

        public byte[]? Authentication { get; private set; } = RandomNumberGenerator.GetBytes(TokenRequest.TokenLength);

        public byte[]? Authorization { get; private set; } = RandomNumberGenerator.GetBytes(TokenRequest.TokenLength);

        public byte[]? Of(TokenKind kind) => kind == TokenKind.Authentication ? Authentication : Authorization;

        public void Wipe(TokenKind kind)
        {
            CryptographicOperations.ZeroMemory(Of(kind));
            if (kind == TokenKind.Authentication)
            {
                Authentication = null;
            }
            else
            {
                Authorization = null;
            }
        }

        public void Wipe()
        {
            Wipe(TokenKind.Authentication);
            Wipe(TokenKind.Authorization);
        }
    }
}
