namespace Harness.Schemes.Hardened;

/// <summary>A body for one peer, to be sealed for the hop and carried by the broker.</summary>
/// <param name="Peer">The peer's C.</param>
/// <param name="Body">A <see cref="PairMessage"/>, encoded.</param>
public sealed record PairDelivery(string Peer, byte[] Body);

/// <summary>One subscriber as its publisher knows it.</summary>
/// <param name="Subscriber">The subscriber's C.</param>
/// <param name="Group">The group of their pair runs.</param>
/// <param name="Verifier">W_PS, from the pair password, with field "pair"; the broker never holds it.</param>
/// <param name="Failures">Failed runs so far, as the device stored them.</param>
public sealed record PairAccount(string Subscriber, AugPakeGroup Group, byte[] Verifier, int Failures = 0);

/// <summary>A publisher of one topic: pair runs as AugPAKE's server, epochs, sealing. No I/O; not thread-safe.</summary>
/// <remarks>
/// Every login of its own begins a new epoch at once; every pair run that succeeds makes one due 2 s later, which all runs until then share. SK_PS outlasts a
/// connection, not a power cycle: whom it holds none for, it asks. A publisher of several topics has several of these over one <see cref="HardenedMemory"/>.
/// </remarks>
[Scheme(
    SchemeNames.Hardened, Order = 6, Label = "our repair", Group = SchemeNames.Hardened,
    Choose = "when the broker must neither read nor forge, and each publisher can be given a password with each of its subscribers")]
public sealed class HardenedPublisher : IDisposable
{
    /// <summary>The extra field of every hash input of a pair run, so that no login's value is a pair run's.</summary>
    public const string RunField = "pair";

    /// <summary>The time for which runs are gathered before their epoch begins: 2 s.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(2);

    private readonly HardenedCipher _cipher;
    private readonly string _client;
    private readonly string _topic;
    private readonly HardenedMemory _memory;
    private readonly byte[]? _signingKey;
    private readonly Dictionary<string, Reader> _readers = new(StringComparer.Ordinal);
    private MessageSealer? _sealer;
    private ulong _next;

    /// <summary>Makes a publisher without keys, as after a power cycle.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="client">C.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    /// <param name="memory">The store of the epoch.</param>
    /// <param name="pairs">Its subscribers.</param>
    /// <param name="signingKey">Its private key where messages are signed; the caller keeps it.</param>
    public HardenedPublisher(
        HardenedCipher cipher, string client, string topic, HardenedMemory memory, IEnumerable<PairAccount> pairs, byte[]? signingKey = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        (_cipher, _client, _topic, _memory, _signingKey) = (cipher, client, topic, memory, signingKey);
        foreach (var pair in pairs)
        {
            _readers.Add(pair.Subscriber, new Reader(pair));
        }
    }

    /// <inheritdoc cref="HardenedIdentity.TopicKeys"/>
    public Func<byte[]>? TopicKeys { get; init; }

    /// <summary>The number of the current epoch; null before the first.</summary>
    public uint? Epoch { get; private set; }

    /// <summary>The topic of the current epoch on the wire; null before the first.</summary>
    public string? WireTopic => _sealer?.WireTopic;

    /// <summary>When the next epoch begins because of pair runs; null where none is due.</summary>
    public DateTimeOffset? EpochDue { get; private set; }

    /// <summary>Subscribers that share a key with it.</summary>
    public IEnumerable<string> Paired => _readers.Where(r => r.Value.Key is not null).Select(r => r.Key);

    /// <summary>The failed pair runs of a subscriber, to be stored; null for one that it does not know.</summary>
    public GuessLimit? LimitOf(string subscriber) => _readers.GetValueOrDefault(subscriber)?.Limit;

    /// <summary>A new connection begins: pair runs under way end, as what it answered on the one before may be lost.</summary>
    public void Connecting()
    {
        foreach (var reader in _readers.Values)
        {
            reader.End();
        }
    }

    /// <summary>Its login succeeded: a new epoch for those who share a key with it, and a question to the others.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    public IReadOnlyList<PairDelivery> LoggedIn() =>
        [.. BeginEpoch(), .. _readers.Where(r => r.Value.Key is null).Select(r => new PairDelivery(r.Key, PairMessage.Ask.Encode()))];

    /// <summary>Takes one more subscriber in; one that it knows keeps its key.</summary>
    public void Add(PairAccount pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        _readers.TryAdd(pair.Subscriber, new Reader(pair));
    }

    /// <summary>Takes a body that the broker carried from a peer.</summary>
    /// <returns>The messages that this makes due.</returns>
    public IReadOnlyList<PairDelivery> Take(string peer, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!_readers.TryGetValue(peer, out var reader) || !PairMessage.TryDecode(body, out var message))
        {
            return [];
        }

        return message.Kind switch
        {
            PairMessageKind.Start when reader.PassesOver(message) => [],
            PairMessageKind.Start => [new PairDelivery(peer, Start(reader, message).Encode())],
            PairMessageKind.Proof when reader.Awaits(message) => [new PairDelivery(peer, Prove(reader, message, now).Encode())],
            _ => [],
        };
    }

    /// <summary>Begins a new epoch: draws TK and sends it to everybody who shares a key with this publisher.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    public IReadOnlyList<PairDelivery> BeginEpoch()
    {
        var epoch = _memory.TakeEpoch();
        var topicKey = GC.AllocateArray<byte>(HardenedKeys.TopicKeySize, pinned: true);
        if (TopicKeys is { } given)
        {
            given().CopyTo(topicKey, 0);
        }
        else
        {
            RandomNumberGenerator.Fill(topicKey);
        }

        using var keys = new EpochKeys(epoch, topicKey, HardenedKeys.Sender(_client), Next());
        CryptographicOperations.ZeroMemory(topicKey);
        _sealer?.Dispose();
        _sealer = new MessageSealer(_cipher, keys, _client, _topic, _signingKey);
        (Epoch, EpochDue) = (epoch, null);
        return [.. _readers.Where(r => r.Value.Key is not null).Select(r => new PairDelivery(
            r.Key, keys.Seal(_cipher, r.Value.Key!.Bytes, _topic, ++r.Value.Count, keys.Next).Encode()))];
    }

    /// <summary>Begins the epoch that is due, once it is.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    public IReadOnlyList<PairDelivery> Elapsed(DateTimeOffset now) => now >= EpochDue ? BeginEpoch() : [];

    /// <summary>Seals a message.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY before the first epoch; SPENT where the epoch's key is at its end: <see cref="BeginEpoch"/>, then again.</exception>
    public SealedMessage Seal(ReadOnlySpan<byte> plaintext) =>
        (_sealer ?? throw new PartyRefusedException(_client, PartyRefusal.NoKey, "no epoch has begun")).Seal(plaintext);

    /// <summary>Forgets a subscriber and begins a new epoch without it.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    public IReadOnlyList<PairDelivery> Revoke(string subscriber)
    {
        if (_readers.Remove(subscriber, out var reader))
        {
            reader.Dispose();
        }

        return BeginEpoch();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers.Values)
        {
            reader.Dispose();
        }

        _sealer?.Dispose();
    }

    // Counters go on from epoch to epoch, so that a subscriber sees what it missed at the end of the one before.
    private ulong Next()
    {
        try
        {
            return _next = _sealer?.Next ?? _next;
        }
        catch (PartyRefusedException)
        {
            return _next = 0;
        }
    }

    private PairMessage Start(Reader reader, PairMessage message)
    {
        reader.End();
        if (message.Name != AugPakeMethod.Of(AugPakeProfile.Framed, reader.Account.Group))
        {
            return PairMessage.Failed(message.Run, PairFailure.Protocol);
        }

        var server = new AugPakeServer(
            reader.Account.Group, AugPakeProfile.Framed, reader.Account.Subscriber, _client, reader.Account.Verifier, RunField);
        try
        {
            var y = server.Respond(message.Data.Span);
            reader.Begin(message.Run, server);
            return PairMessage.OfRun(PairMessageKind.Answer, message.Run, y);
        }
        catch (AugPakeException)
        {
            server.Dispose();
            return PairMessage.Failed(message.Run, PairFailure.Protocol);
        }
    }

    private PairMessage Prove(Reader reader, PairMessage message, DateTimeOffset now)
    {
        // Counted before it is judged.
        if (!reader.Limit.TryBegin(now))
        {
            reader.End();
            return PairMessage.Failed(message.Run, PairFailure.Limit);
        }

        if (!reader.TryFinish(message.Data.Span, out var authenticator))
        {
            return PairMessage.Failed(message.Run, PairFailure.WrongProof);
        }

        reader.Limit.Succeeded();
        EpochDue ??= now + Gathering;
        return PairMessage.OfRun(PairMessageKind.Done, message.Run, authenticator);
    }

    private sealed class Reader(PairAccount account) : IDisposable
    {
        private ReadOnlyMemory<byte> _run;
        private AugPakeServer? _server;
        private bool _saidAgain;

        public PairAccount Account { get; } = account;

        public GuessLimit Limit { get; } = new(account.Failures);

        public SessionKey? Key { get; private set; }

        public ulong Count { get; set; }

        public bool Awaits(PairMessage message) => _server is not null && message.Run.Span.SequenceEqual(_run.Span);

        // A Start that is said again has its Answer on the way; at the second time that was lost.
        public bool PassesOver(PairMessage start)
        {
            var first = Awaits(start) && !_saidAgain;
            _saidAgain |= first;
            return first;
        }

        public void Begin(ReadOnlyMemory<byte> run, AugPakeServer server) => (_run, _server, _saidAgain) = (run, server, false);

        public bool TryFinish(ReadOnlySpan<byte> proof, out byte[] authenticator)
        {
            authenticator = [];
            var right = _server!.TryVerify(proof);
            if (right)
            {
                authenticator = _server.Authenticator;
                Key?.Dispose();
                (Key, Count) = (_server.TakeKey(), 0);
            }

            End();
            return right;
        }

        public void End()
        {
            _server?.Dispose();
            _server = null;
        }

        public void Dispose()
        {
            End();
            Key?.Dispose();
        }
    }
}
