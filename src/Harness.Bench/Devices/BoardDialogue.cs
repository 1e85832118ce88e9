namespace Harness.Bench.Devices;

/// <summary>
/// Sends requests to a board and classifies the replies: a value, a refusal by the board's rules, a rig error, or a reply with more than the
/// protocol allows. Remembers the scheme that the board was provisioned for.
/// </summary>
internal sealed class BoardDialogue(string name, BenchClient client, Action<BoardException> onBroken)
{
    /// <summary>Keys allowed in replies to the verbs that work with secrets, besides t= (rigs/firmware/PROTOCOL.md).</summary>
    private static readonly Dictionary<string, string[]> AllowedReplyKeys = new()
    {
        ["SEED"] = [], ["PROVISION"] = [], ["RESET"] = [], ["KEY.DROP"] = [],
        ["AUG.REGISTER"] = ["W"], ["AUG.INIT"] = ["X"], ["AUG.STEP"] = ["V"], ["AUG.FINISH"] = ["fp"], ["KEY.PUT"] = ["fp"],
        ["SEAL"] = ["data", "tag"], ["OPEN"] = ["data", "missing"],
        ["ESFAHANI"] = ["data", "fp"], ["SIGN"] = ["data"],
        ["SCRAM.INIT"] = ["sasl"], ["SCRAM.STEP"] = ["sasl"], ["SCRAM.FINISH"] = ["fp"],
        ["PAIR"] = ["slot", "name", "data", "more", "result", "hop", "due", "peers", "missing", "epoch", "wire"],
    };

    /// <summary>Keys allowed in replies to <c>TOKEN</c>, by op=.</summary>
    private static readonly Dictionary<string, string[]> AllowedTokenReplyKeys = new()
    {
        ["request"] = ["data"], ["answer"] = ["what", "status", "topic", "authentication", "authorization"], ["give"] = ["token"], ["take"] = ["fp"],
    };

    private bool _provisioned;

    /// <summary>The scheme of the last provisioning the board accepted; mqtt-present before any.</summary>
    public string Scheme { get; private set; } = SchemeNames.MqttPresent;

    /// <summary>Takes the line for measuring on the calling thread; null for a link that cannot be read directly.</summary>
    public ValueTask<BenchClient.DirectLine?> BeginDirectAsync(CancellationToken cancellationToken) => client.BeginDirectAsync(cancellationToken);

    /// <summary>Sends a request with any verb.</summary>
    /// <exception cref="CheckFailedException">The reply to a verb that works with keys holds more than the protocol allows.</exception>
    public async ValueTask<BoardReply> AskAsync(string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        _provisioned &= verb is not ("RESET" or "PROVISION");
        var reply = await GuardAsync(verb, () => client.AskAsync(verb, arguments, cancellationToken)).ConfigureAwait(false);

        // Only the client's role hashes a password at this point; a server that is given W has counted nothing yet.
        _provisioned |= verb == "PROVISION" && arguments.Any(argument => argument.Key == "pw");
        Scheme = verb switch
        {
            "RESET" => SchemeNames.MqttPresent,
            "PROVISION" => ValueOf(arguments, "scheme") ?? SchemeNames.MqttPresent,
            _ => Scheme,
        };
        if (Lets(verb, arguments) is { } known && reply.Values.Keys.Where(k => k != "t" && !known.Contains(k)).ToList() is { Count: > 0 } more)
        {
            // Keys never leave a board (rigs/firmware/PROTOCOL.md). The error names the key only: the value may be a secret.
            throw new CheckFailedException(
                $"reply of {name} to {verb}", known.Length == 0 ? "t= alone" : $"{string.Join(", ", known.Select(k => k + "="))} and t= alone",
                $"also {string.Join(", ", more.Select(k => k + "="))}");
        }

        return reply;
    }

    /// <summary>Sends a request without arguments that the board may refuse with one of some codes, without being broken.</summary>
    /// <returns>The reply, or the refusal.</returns>
    public ValueTask<(BoardReply? Reply, BoardErrorException? Refusal)> AskOrRefusedAsync(string verb, string[] codes, CancellationToken cancellationToken) =>
        GuardAsync<(BoardReply?, BoardErrorException?)>(verb, async () =>
        {
            try
            {
                return (await client.AskAsync(verb, [], cancellationToken).ConfigureAwait(false), null);
            }
            catch (BoardErrorException e) when (codes.Contains(e.Code))
            {
                return (null, e);
            }
        });

    /// <summary>Sends bytes unchanged and returns the next line; null if none came in time.</summary>
    public ValueTask<string?> SendRawAsync(ReadOnlyMemory<byte> bytes, TimeSpan wait, CancellationToken cancellationToken)
    {
        // The bytes may be a RESET; a restart of the board cannot be told apart from then on.
        _provisioned = false;
        return GuardAsync("a raw line", async () => await client.SendRawAsync(bytes, wait, cancellationToken).ConfigureAwait(false) is { } line
            ? Encoding.Latin1.GetString(line) : null);
    }

    /// <summary>Sends a request and reads bytes from the reply.</summary>
    public async ValueTask<Timed<byte[]>> BytesAsync(
        string verb, string key, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        return new Timed<byte[]>(Bytes(reply, verb, key), reply.Ticks);
    }

    /// <summary>Sends a request and reads the fingerprint from the reply.</summary>
    public async ValueTask<Timed<string>> FingerprintAsync(
        string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        return new Timed<string>(Fingerprint(reply, verb, "fp"), reply.Ticks);
    }

    public byte[] Bytes(BoardReply reply, string verb, string key)
    {
        var text = Value(reply, verb, key);
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Mismatch(verb, $"hex in {key}=", $"{text.Length} characters that are not");
        }
    }

    public string Fingerprint(BoardReply reply, string verb, string key)
    {
        var text = Value(reply, verb, key);
        return text.Length == 16 && text.All(char.IsAsciiHexDigitLower)
            ? text : throw Mismatch(verb, $"16 lower-case hex digits in {key}=", $"{text.Length} characters");
    }

    public string Value(BoardReply reply, string verb, string key) => reply.Values.TryGetValue(key, out var value)
        ? value : throw Mismatch(verb, $"{key}= in the reply to {verb}", "a reply without it");

    public long Long(BoardReply reply, string verb, string key) =>
        long.TryParse(Value(reply, verb, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n : throw Mismatch(verb, $"a number in {key}=", $"\"{Value(reply, verb, key)}\"");

    /// <summary>The error for a reply that does not follow the protocol.</summary>
    public BoardMismatchException Mismatch(string verb, string expected, string seen) =>
        new(name, expected, $"{seen} ({verb})", $"make -C rigs/firmware, then flash {name}");

    private static string[]? Lets(string verb, IReadOnlyList<(string Key, string Value)> arguments) => verb switch
    {
        "AUG.INIT" when arguments.Any(a => a.Key == "X") => ["Y"], // a server is given X
        "TOKEN" => AllowedTokenReplyKeys.GetValueOrDefault(ValueOf(arguments, "op") ?? "", []),
        _ => AllowedReplyKeys.GetValueOrDefault(verb),
    };

    private static string? ValueOf(IReadOnlyList<(string Key, string Value)> arguments, string key) =>
        arguments.Where(a => a.Key == key).Select(a => a.Value).FirstOrDefault();

    private async ValueTask<T> GuardAsync<T>(string verb, Func<ValueTask<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (BoardErrorException e) when (PartyRefusedException.FromWord(e.Code) is { } refusal)
        {
            if (await HasRestartedAsync(refusal, verb).ConfigureAwait(false))
            {
                var restarted = new BoardRestartedException(name, verb, e.Code, $"look at the supply and the reset line of {name}");
                onBroken(restarted);
                throw restarted;
            }

            throw new PartyRefusedException(name, refusal, e.Description);
        }
        catch (BoardException e) when (e is not BoardErrorException)
        {
            // An ERR is still an answer (the board works, and refused this request), so it is not reported here.
            onBroken(e);
            throw;
        }
    }

    /// <summary>
    /// Tells whether the board restarted: after a power loss it refuses for want of its keys, which is no fault of its handshake. It was
    /// seeded when it came up, and has counted a hash since it was provisioned: only RESET or a restart undoes either.
    /// </summary>
    private async ValueTask<bool> HasRestartedAsync(PartyRefusal refusal, string verb)
    {
        if (refusal == PartyRefusal.Unseeded)
        {
            return true;
        }

        // A board that forgot its scheme does not know topic= or the tokens any more.
        var forgets = refusal is PartyRefusal.State or PartyRefusal.NoKey || (verb == "TOKEN" && refusal == PartyRefusal.Unsupported);
        if (!_provisioned || !forgets)
        {
            return false;
        }

        try
        {
            // The caller's wait may be over by now; the reason for the refusal is still wanted, and this request is bounded by the reply time.
            var reply = await client.AskAsync("COUNTS", CancellationToken.None).ConfigureAwait(false);
            return reply.Values.GetValueOrDefault("h") == "0";
        }
        catch (BoardErrorException)
        {
            return false;
        }
        catch (BoardException e)
        {
            onBroken(e);
            throw;
        }
    }
}
