namespace Harness.Bench.Devices;

/// <summary>The scheme hardened on a board, over <c>PAIR</c> (rigs/firmware/PROTOCOL.md). The numbers that never repeat are kept here, and told it as it uses them.</summary>
internal sealed class SerialPairs(string name, BoardDialogue board) : IPairParty
{
    private const string Verb = "PAIR";

    /// <summary>Bytes of the longest message of a pair topic that a board takes: count, peer, the longest body, tag.</summary>
    private const int LongestMessage = 8 + 2 + 64 + 123 + 16;

    private static readonly HardenedResult[] _results = [HardenedResult.Opened, HardenedResult.BadTag, HardenedResult.Replay, HardenedResult.Malformed, HardenedResult.NoKey];
    private readonly Dictionary<long, string> _slots = [];
    private HardenedIdentity? _identity;
    private string? _pairTopic;
    private DateTimeOffset? _due;
    private volatile PairStatus _status = new(null, null, [], null, 0);

    /// <summary>True while the board runs the scheme.</summary>
    public bool IsProvisioned => _identity is not null;

    /// <inheritdoc/>
    public string PairTopic => _pairTopic ?? throw new PartyRefusedException(name, PartyRefusal.NoKey, "not logged in");

    /// <inheritdoc/>
    public PairStatus Status => _status;

    private HardenedIdentity Identity => _identity ?? throw new PartyRefusedException(name, PartyRefusal.Unsupported, $"pairs belong to {SchemeNames.Hardened}");

    /// <summary>Tells a board that was just provisioned the rest; another scheme's identity ends what there was.</summary>
    public async ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        Forget();
        if (identity.Hardened is not { } hardened)
        {
            return;
        }

        await AskAsync(cancellationToken, ("op", "set"), ("cipher", hardened.Cipher.Name), ("key", BoardNames.Hex(hardened.PseudonymSecret)), ("topic", BoardNames.Topic(hardened.Topic, name)))
            .ConfigureAwait(false);
        _identity = hardened;
        foreach (var reader in hardened.Subscribers ?? [])
        {
            await AddPairAsync(reader, cancellationToken).ConfigureAwait(false);
        }

        if (hardened.Publisher is { } publisher)
        {
            await AskAsync(cancellationToken, ("op", "writer"), ("peer", BoardNames.Name(publisher)), ("pw", BoardNames.Password(hardened.PairPassword))).ConfigureAwait(false);
        }

        if ((hardened.SigningKey ?? hardened.PublicKey) is { } key)
        {
            await AskAsync(cancellationToken, ("op", "sign"), (hardened.SigningKey is null ? "W" : "key", BoardNames.Hex(key))).ConfigureAwait(false);
        }
    }

    /// <summary>The board forgot all of it.</summary>
    public void Forget()
    {
        (_identity, _pairTopic, _due, _status) = (null, null, null, new PairStatus(null, null, [], null, 0));
        _slots.Clear();
    }

    /// <summary>A login or re-authentication ended: another pair topic belongs to its key.</summary>
    public async ValueTask EstablishedAsync(CancellationToken cancellationToken)
    {
        if (IsProvisioned)
        {
            await RefreshAsync(null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> PseudonymAsync(CancellationToken cancellationToken)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, Identity.Memory.TakeAttempt());
        return await NameAsync(Convert.ToHexStringLower(number), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<PairOutput> LoggedInAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Identity.Subscribers is not null)
        {
            await AskAsync(cancellationToken, ("op", "epoch"), ("epoch", NextEpoch())).ConfigureAwait(false);
        }

        return await OutAsync(await AskAsync(cancellationToken, ("op", "login")).ConfigureAwait(false), now, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<PairOutput> TakeAsync(ReadOnlyMemory<byte> payload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (payload.Length > LongestMessage)
        {
            return new PairOutput(HardenedResult.BadTag, []); // no message of the scheme; a board has no room for it
        }

        var reply = await AskAsync(
            cancellationToken, ("op", "take"), ("now", unchecked((uint)now.ToUnixTimeSeconds()).ToString("x8", CultureInfo.InvariantCulture)), ("data", BoardNames.Hex(payload))).ConfigureAwait(false);
        var result = board.Long(reply, Verb, "result");
        var output = await OutAsync(reply, now, cancellationToken).ConfigureAwait(false);
        return result < _results.Length
            ? output with { Result = _results[(int)result] }
            : throw board.Mismatch(Verb, "0 to 4 in result=", $"{result}");
    }

    /// <inheritdoc/>
    public ValueTask<PairOutput> ElapsedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        now >= _due ? BeginEpochAsync(cancellationToken) : new(new PairOutput(HardenedResult.Opened, []));

    /// <inheritdoc/>
    public async ValueTask<PairOutput> BeginEpochAsync(CancellationToken cancellationToken) =>
        await OutAsync(await AskAsync(cancellationToken, ("op", "epoch"), ("epoch", NextEpoch())).ConfigureAwait(false), null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask AddPairAsync(PairAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (account.Group != AugPakeGroup.P256)
        {
            throw new PartyRefusedException(name, PartyRefusal.Unsupported, $"pair runs in {account.Group.Name}; boards run them in p256");
        }

        var reply = await AskAsync(cancellationToken, ("op", "reader"), ("peer", BoardNames.Name(account.Subscriber)), ("W", BoardNames.Hex(account.Verifier))).ConfigureAwait(false);
        _slots[board.Long(reply, Verb, "slot")] = account.Subscriber;
    }

    /// <inheritdoc/>
    public async ValueTask<PairOutput> RevokeAsync(string subscriber, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(cancellationToken, ("op", "revoke"), ("peer", BoardNames.Name(subscriber)), ("epoch", NextEpoch())).ConfigureAwait(false);
        foreach (var slot in _slots.Where(s => s.Value == subscriber).Select(s => s.Key).ToList())
        {
            _slots.Remove(slot);
        }

        return await OutAsync(reply, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes how many messages the board missed, as its reply to <c>OPEN</c> says.</summary>
    public void Opened(BoardReply reply) =>
        _status = _status with { Missing = BinaryPrimitives.ReadUInt64BigEndian(board.Bytes(reply, "OPEN", "missing")) };

    private string NextEpoch() => Identity.Subscribers is null
        ? throw new PartyRefusedException(name, PartyRefusal.Unsupported, "it does not publish")
        : Identity.Memory.TakeEpoch().ToString("x8", CultureInfo.InvariantCulture);

    private async ValueTask<string> NameAsync(string j, CancellationToken cancellationToken) =>
        board.Value(await AskAsync(cancellationToken, ("op", "name"), ("j", j)).ConfigureAwait(false), Verb, "name");

    private async ValueTask<PairOutput> OutAsync(BoardReply reply, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var due = new List<byte[]>();
        var before = _status.WireTopic;
        while (true)
        {
            if (reply.Values.ContainsKey("data"))
            {
                due.Add(board.Bytes(reply, Verb, "data"));
            }

            if (board.Long(reply, Verb, "more") == 0)
            {
                break;
            }

            reply = await AskAsync(cancellationToken, ("op", "next")).ConfigureAwait(false);
        }

        await RefreshAsync(now, cancellationToken).ConfigureAwait(false);
        return new PairOutput(HardenedResult.Opened, due, Identity.Publisher is not null && _status.WireTopic != before ? _status.WireTopic : null);
    }

    private async ValueTask RefreshAsync(DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(cancellationToken, ("op", "state")).ConfigureAwait(false);
        var peers = board.Long(reply, Verb, "peers");
        _pairTopic = reply.Values.TryGetValue("hop", out var hop) ? "h/" + hop : null;
        var isDue = reply.Values.GetValueOrDefault("due") == "1";
        _due = isDue ? _due ?? (now + HardenedPublisher.Gathering) : null;
        IReadOnlyList<string> paired = Identity.Publisher is { } publisher
            ? peers != 0 ? [publisher] : []
            : [.. _slots.Where(s => (peers >> (int)s.Key & 1) != 0).Select(s => s.Value)];
        _status = new PairStatus(
            reply.Values.ContainsKey("epoch") ? BinaryPrimitives.ReadUInt32BigEndian(board.Bytes(reply, Verb, "epoch")) : null,
            reply.Values.TryGetValue("wire", out var wire) ? "h/" + wire : null, paired, _due, BinaryPrimitives.ReadUInt64BigEndian(board.Bytes(reply, Verb, "missing")));
    }

    private ValueTask<BoardReply> AskAsync(CancellationToken cancellationToken, params IReadOnlyList<(string Key, string Value)> arguments) =>
        board.AskAsync(Verb, arguments, cancellationToken);
}
