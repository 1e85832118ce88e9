using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harness.Crypto;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;

namespace Harness.Bench;

/// <summary>A board behind a serial line, as a party. What it refuses is a refusal; what its line does wrong is a rig error.</summary>
/// <remarks>
/// Every call throws <see cref="PartyRefusedException"/> for a refusal and <see cref="RigErrorException"/> for silence, garbage, a line
/// that ended or an error no device under test answers with; the <see cref="BoardException"/> is its inner exception.
/// </remarks>
public sealed class SerialParty : IParty
{
    private const int SeedBytes = 32;
    private const int MaximumName = 64;

    /// <summary>What verbs that work with secrets answer, besides t= (rigs/firmware/PROTOCOL.md).</summary>
    private static readonly Dictionary<string, string[]> LetOut = new()
    {
        ["SEED"] = [], ["PROVISION"] = [], ["RESET"] = [],
        ["AUG.REGISTER"] = ["W"], ["AUG.INIT"] = ["X"], ["AUG.STEP"] = ["V"], ["AUG.FINISH"] = ["fp"], ["KEY.PUT"] = ["fp"],
        ["SEAL"] = ["data", "tag"], ["OPEN"] = ["data"],
    };

    private readonly BenchClient _client;
    private readonly Action<BoardException> _onBroken;
    private readonly TimeProvider _time;
    private bool _provisioned;

    private SerialParty(string name, BenchClient client, BoardInfo info, Action<BoardException>? onBroken, TimeProvider time)
    {
        Name = name;
        _client = client;
        Info = info;
        _onBroken = onBroken ?? (_ => { });
        _time = time;
        Capabilities = new PartyCapabilities(info.Groups, info.Profiles, info.KeyBits, info.Payload);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public PartyCapabilities Capabilities { get; }

    /// <summary>What the board says it is.</summary>
    public BoardInfo Info { get; }

    /// <summary>Waits until the board answers <c>ID</c>, then seeds its generator from the system's.</summary>
    /// <param name="name">The device's name in the rig.</param>
    /// <param name="client">The line; the caller keeps it.</param>
    /// <param name="onBroken">Told when the line broke, before the exception leaves.</param>
    /// <param name="time">Paces long measurements.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BoardException">The board does not come up, or is another.</exception>
    public static async Task<SerialParty> ConnectAsync(
        string name, BenchClient client, Action<BoardException>? onBroken, TimeProvider? time, CancellationToken cancellationToken)
    {
        var info = await client.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
        var seed = RandomNumberGenerator.GetBytes(SeedBytes);
        await client.AskAsync("SEED", [("seed", Convert.ToHexStringLower(seed))], cancellationToken).ConfigureAwait(false);
        CryptographicOperations.ZeroMemory(seed);
        return new SerialParty(name, client, info, onBroken, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public async ValueTask ResetAsync(CancellationToken cancellationToken) =>
        await AskAsync("RESET", [], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken) =>
        await AskAsync(
            "PROVISION",
            [
                ("client", NameHex(identity.Client)), ("server", NameHex(identity.Server)),
                ("group", Word(identity.Group)), ("profile", Word(identity.Profile)), ("pw", PasswordHex(identity.Password)),
            ],
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken) =>
        BytesAsync("AUG.REGISTER", "W", [], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) =>
        BytesAsync("AUG.INIT", "X", [], cancellationToken);

    /// <summary>Starts a handshake with a given scalar; a test build only (known answers).</summary>
    public ValueTask<Timed<byte[]>> AugInitAsync(ReadOnlyMemory<byte> x, CancellationToken cancellationToken) =>
        BytesAsync("AUG.INIT", "X", [("x", Hex(x))], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        BytesAsync("AUG.STEP", "V", [("server", Hex(server)), ("Y", Hex(y))], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken) =>
        FingerprintAsync("AUG.FINISH", [("V", Hex(vs))], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken) =>
        !Info.KeyBits.Contains(keyBits) // a board is asked for nothing that its ID does not list
            ? throw new PartyRefusedException(Name, PartyRefusal.Unsupported, $"{keyBits} bits; ID lists {string.Join(", ", Info.Ciphers)}")
            : FingerprintAsync("KEY.PUT", [("kind", "wrap"), ("bits", Number(keyBits)), ("data", Hex(wrap))], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        PayloadAsync("SEAL", plaintext, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        PayloadAsync("OPEN", payload, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ITokenHolder Tokens => throw new PartyRefusedException(Name, PartyRefusal.Unsupported, "tokens; ID lists no such scheme");

    /// <summary>The board's digital input: true is high.</summary>
    public async ValueTask<bool> SenseAsync(CancellationToken cancellationToken) =>
        Value(await AskAsync("SENSE", [], cancellationToken).ConfigureAwait(false), "SENSE", "input") == "1";

    /// <summary>Drives the trigger pin.</summary>
    public async ValueTask TriggerAsync(bool level, CancellationToken cancellationToken) =>
        await AskAsync("TRIGGER", [("level", level ? "1" : "0")], cancellationToken).ConfigureAwait(false);

    /// <summary>What the board computed since its last reset.</summary>
    public async ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync("COUNTS", [], cancellationToken).ConfigureAwait(false);
        long Count(string key) => Long(reply, "COUNTS", key);
        return new OperationTally(Count("h"), Count("exp"), Count("cipher"), Count("sha"), Count("blocks"));
    }

    /// <summary>Runs the known answers of every primitive on the board.</summary>
    /// <returns>How many passed.</returns>
    /// <exception cref="CheckFailedException">One failed: the device computes wrong.</exception>
    public async ValueTask<int> SelfTestAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (int)Long(await AskAsync("SELFTEST", [], cancellationToken).ConfigureAwait(false), "SELFTEST", "tests");
        }
        catch (RigErrorException e) when (e.InnerException is BoardErrorException { Code: "SELFTEST" } board)
        {
            throw new CheckFailedException($"self test of {Name}", "every known answer", board.Words, inner: board);
        }
    }

    /// <summary>The operations <c>MEASURE</c> knows.</summary>
    public async ValueTask<IReadOnlyList<string>> OperationsAsync(CancellationToken cancellationToken) =>
        Value(await AskAsync("MEASURE", [("op", "list"), ("n", "1")], cancellationToken).ConfigureAwait(false), "MEASURE", "ops")
            .Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Runs a built-in operation <paramref name="n"/> times, each timed alone by the board. Asked in portions that end within a
    /// second or so, so that a slow operation never looks like a silent board.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    public async ValueTask<Measurement> MeasureAsync(string operation, int n, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        long minimum = long.MaxValue, maximum = 0, sum = 0;
        for (int done = 0, portion = 1; done < n;)
        {
            portion = Math.Min(Math.Min(portion, n - done), 65535);
            var started = _time.GetTimestamp();
            var reply = await AskAsync("MEASURE", [("op", Word(operation)), ("n", Number(portion))], cancellationToken).ConfigureAwait(false);
            if (Long(reply, "MEASURE", "n") != portion)
            {
                throw Rig("MEASURE", Mismatch("MEASURE", $"n={portion}", $"n={Value(reply, "MEASURE", "n")}"));
            }

            minimum = Math.Min(minimum, Long(reply, "MEASURE", "min"));
            maximum = Math.Max(maximum, Long(reply, "MEASURE", "max"));
            sum += Long(reply, "MEASURE", "sum");
            done += portion;
            var took = Math.Max(1, _time.GetElapsedTime(started).TotalMilliseconds);
            portion = (int)Math.Clamp(portion * 1000 / took, 1, 65535);
        }

        return new Measurement(operation, n, minimum, maximum, sum);
    }

    /// <summary>Asks any verb, for protocol scenarios and known answers.</summary>
    /// <exception cref="CheckFailedException">A verb that works with keys answered with more than the protocol lets out.</exception>
    public async ValueTask<BoardReply> AskAsync(string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        _provisioned &= verb is not ("RESET" or "PROVISION");
        var reply = await GuardAsync(verb, () => _client.AskAsync(verb, arguments, cancellationToken)).ConfigureAwait(false);

        // Only the client's role hashes a password; a server that is given W has counted nothing yet.
        _provisioned |= verb == "PROVISION" && arguments.Any(argument => argument.Key == "pw");
        string[]? known = verb == "AUG.INIT" && arguments.Any(a => a.Key == "X") ? ["Y"] : LetOut.GetValueOrDefault(verb); // a server is given X
        if (known is not null && reply.Values.Keys.Where(k => k != "t" && !known.Contains(k)).ToList() is { Count: > 0 } more)
        {
            // Keys never leave a board (design.md section 5). Named by its key alone: the value may be one.
            throw new CheckFailedException(
                $"reply of {Name} to {verb}", known.Length == 0 ? "t= alone" : $"{string.Join(", ", known.Select(k => k + "="))} and t= alone",
                $"also {string.Join(", ", more.Select(k => k + "="))}");
        }

        return reply;
    }

    /// <summary>Sends bytes as they are (line end included where one is meant) and gives the line that comes back; null where none came in time.</summary>
    public ValueTask<string?> SendRawAsync(ReadOnlyMemory<byte> bytes, TimeSpan wait, CancellationToken cancellationToken)
    {
        // It may be a RESET; whether the board was restarted cannot be told from then on.
        _provisioned = false;
        return GuardAsync("a raw line", async () => await _client.SendRawAsync(bytes, wait, cancellationToken).ConfigureAwait(false) is { } line
            ? Encoding.Latin1.GetString(line) : null);
    }

    /// <summary>A request line with the next SEQ and its checksum, LF included, to be sent raw or after harm was done to it.</summary>
    public byte[] NextLine(string verb, params IReadOnlyList<(string Key, string Value)> arguments) => _client.NextLine(verb, arguments);

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
                throw Broken(verb, new BoardRestartedException(Name, verb, e.Code, $"look at the supply and the reset line of {Name}"));
            }

            throw new PartyRefusedException(Name, refusal, e.Words);
        }
        catch (BoardException e)
        {
            // An ERR is still an answer: the board is well, the question was wrong for it.
            throw e is BoardErrorException ? Rig(verb, e) : Broken(verb, e);
        }
    }

    /// <summary>
    /// A board that lost its power in between refuses for want of what it was given, and that is no fault of its handshake. It was
    /// seeded when it came up, and once provisioned it has counted a hash: neither is undone by anything but RESET or a restart.
    /// </summary>
    private async ValueTask<bool> HasRestartedAsync(PartyRefusal refusal, string verb)
    {
        if (refusal == PartyRefusal.Unseeded)
        {
            return true;
        }

        if (!_provisioned || refusal is not (PartyRefusal.State or PartyRefusal.NoKey))
        {
            return false;
        }

        try
        {
            // The caller's wait may be over by now; the answer to why it was refused is still owed, and bounded by the reply time.
            var reply = await _client.AskAsync("COUNTS", CancellationToken.None).ConfigureAwait(false);
            return reply.Values.GetValueOrDefault("h") == "0";
        }
        catch (BoardErrorException)
        {
            return false;
        }
        catch (BoardException e)
        {
            throw Broken(verb, e);
        }
    }

    private RigErrorException Broken(string verb, BoardException e)
    {
        _onBroken(e);
        return Rig(verb, e);
    }

    private async ValueTask<Timed<byte[]>> PayloadAsync(string verb, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            return await BytesAsync(verb, "data", [("data", Hex(data))], cancellationToken).ConfigureAwait(false);
        }
        catch (RigErrorException e) when (e.InnerException is BoardErrorException { Code: "LENGTH" } board && data.Length > Info.Payload)
        {
            // Far over the payload limit the line itself is too long for the board: the same refusal, seen earlier.
            throw new PartyRefusedException(Name, PartyRefusal.TooLong, board.Words);
        }
    }

    private async ValueTask<Timed<byte[]>> BytesAsync(
        string verb, string key, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        var text = Value(reply, verb, key);
        try
        {
            return new Timed<byte[]>(Convert.FromHexString(text), reply.Ticks);
        }
        catch (FormatException)
        {
            throw Rig(verb, Mismatch(verb, $"hex in {key}=", $"{text.Length} characters that are not"));
        }
    }

    private async ValueTask<Timed<string>> FingerprintAsync(
        string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        var text = Value(reply, verb, "fp");
        return text.Length == 16 && text.All(char.IsAsciiHexDigitLower)
            ? new Timed<string>(text, reply.Ticks)
            : throw Rig(verb, Mismatch(verb, "16 lower-case hex digits in fp=", $"{text.Length} characters"));
    }

    private string Value(BoardReply reply, string verb, string key) => reply.Values.TryGetValue(key, out var value)
        ? value : throw Rig(verb, Mismatch(verb, $"{key}= in the reply to {verb}", "a reply without it"));

    private long Long(BoardReply reply, string verb, string key) =>
        long.TryParse(Value(reply, verb, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n : throw Rig(verb, Mismatch(verb, $"a number in {key}=", $"\"{Value(reply, verb, key)}\""));

    private BoardMismatchException Mismatch(string verb, string expected, string seen) =>
        new(Name, expected, $"{seen} ({verb})", $"make -C rigs/firmware, then flash {Name}");

    private RigErrorException Rig(string verb, BoardException e) => RigErrors.From(Name, verb, e);

    /// <summary>The board takes bytes; which bytes a password is, is settled here as on every other side (design.md section 6).</summary>
    private static string PasswordHex(string password)
    {
        var prepared = Password.Prepare(password);
        var hex = Convert.ToHexStringLower(prepared);
        CryptographicOperations.ZeroMemory(prepared);
        return prepared.Length is >= 1 and <= MaximumName
            ? hex : throw new ArgumentException($"a password has 1 to {MaximumName} bytes, this has {prepared.Length}", nameof(password));
    }

    /// <summary>A name outside 1 to 64 bytes is the caller's slip, on every kind of party.</summary>
    private static string NameHex(string name) => Encoding.UTF8.GetByteCount(name) is >= 1 and <= MaximumName
        ? Hex(name) : throw new ArgumentException($"a name has 1 to {MaximumName} bytes, \"{name}\" has {Encoding.UTF8.GetByteCount(name)}", nameof(name));

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>A word from a feature must not smuggle another argument into the line.</summary>
    private static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? word : throw new ArgumentException($"\"{word}\" is no word of the bench protocol", nameof(word));
}

/// <summary>One operation, timed on the board, in its ticks.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="N">How often it ran.</param>
/// <param name="Minimum">Shortest.</param>
/// <param name="Maximum">Longest.</param>
/// <param name="Sum">Of all.</param>
public sealed record Measurement(string Operation, int N, long Minimum, long Maximum, long Sum);
