using Harness.Schemes.Esfahani;
using Harness.Schemes.MqttAuth;
using Harness.Schemes.Signed;
using static Harness.Bench.Devices.BoardNames;

namespace Harness.Bench.Devices;

/// <summary>A board behind a serial line, as a party. The board's refusals are party refusals; faults of its line are rig errors.</summary>
/// <remarks>
/// Every call throws <see cref="PartyRefusedException"/> for a refusal and a <see cref="BoardException"/>, which is a rig error, for silence,
/// garbage, a line that ended or an error that no device under test gives.
/// </remarks>
public sealed partial class SerialParty : IParty
{
    private const int SeedBytes = 32;

    private readonly BenchClient _client;
    private readonly BoardDialogue _board;
    private readonly TimeProvider _time;
    private readonly SerialPairs _pairs;
    private readonly SerialScram _scram;

    private SerialParty(string name, BenchClient client, BoardInfo info, Action<BoardException>? onBroken, TimeProvider time)
    {
        Name = name;
        _client = client;
        _board = new BoardDialogue(name, client, onBroken ?? (_ => { }));
        Info = info;
        _time = time;
        Capabilities = new PartyCapabilities(info.Groups, info.Profiles, info.KeyBits, info.Payload) { Schemes = info.Schemes };
        Tokens = new SerialTokens(name, info, _board);
        _pairs = new SerialPairs(name, _board);
        _scram = new SerialScram(name, _board);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public PartyCapabilities Capabilities { get; }

    /// <summary>The board's reply to <c>ID</c>.</summary>
    public BoardInfo Info { get; }

    /// <summary>Waits until the board answers <c>ID</c>, then seeds its generator from the system's.</summary>
    /// <param name="name">The device's name in the rig.</param>
    /// <param name="client">The client on the board's line; the caller disposes it.</param>
    /// <param name="onBroken">Called when the line broke, before the exception is thrown.</param>
    /// <param name="time">Clock that divides long measurements into portions.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="BoardException">The board does not come up, or is another board.</exception>
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
    public async ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        await AskAsync("RESET", [], cancellationToken).ConfigureAwait(false);
        _pairs.Forget();
    }

    /// <inheritdoc/>
    public async ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken) =>
        await ProvisionTimedAsync(identity, cancellationToken).ConfigureAwait(false);

    /// <summary>Provisions as <see cref="ProvisionAsync"/>, and returns the board's ticks; null where it has no clock.</summary>
    public async ValueTask<long?> ProvisionTimedAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        // A board is only asked for what its ID lists, and older firmware does not know scheme=.
        if (!Info.Schemes.Contains(identity.Scheme))
        {
            throw new PartyRefusedException(Name, PartyRefusal.Unsupported, $"scheme {identity.Scheme}; ID lists {string.Join(", ", Info.Schemes)}");
        }

        if ((identity.Scheme == SchemeNames.Hardened) != identity.Hardened is not null || (identity.Hardened is not null && identity.Group != AugPakeGroup.P256.Name))
        {
            throw new PartyRefusedException(
                Name, PartyRefusal.Unsupported, $"scheme {identity.Scheme} in {identity.Group}{(identity.Hardened is null ? " and without pairs" : "; boards run it in p256")}");
        }

        var arguments = identity.Scheme == SchemeNames.Scram ? SerialScram.Provisioning(identity)
            :
            [
                ("client", BoardNames.Name(identity.Client)), ("server", BoardNames.Name(identity.Server)),
                ("group", Word(identity.Group)), ("profile", Word(identity.Profile)), ("pw", Password(identity.Password)),
                .. identity.Scheme == SchemeNames.MqttPresent ? [] : new[] { ("scheme", identity.Scheme) },
            ];
        var ticks = (await AskAsync("PROVISION", arguments, cancellationToken).ConfigureAwait(false)).Ticks;
        await _pairs.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
        return ticks;
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken) =>
        _board.BytesAsync("AUG.REGISTER", "W", [], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) =>
        _board.BytesAsync("AUG.INIT", "X", [], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        _board.BytesAsync("AUG.STEP", "V", [("server", Hex(server)), ("Y", Hex(y))], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
    {
        var fingerprint = await _board.FingerprintAsync("AUG.FINISH", [("V", Hex(vs))], cancellationToken).ConfigureAwait(false);
        await _pairs.EstablishedAsync(cancellationToken).ConfigureAwait(false);
        return fingerprint;
    }

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken) =>
        !Info.KeyBits.Contains(keyBits) // a board is only asked for what its ID lists
            ? throw new PartyRefusedException(Name, PartyRefusal.Unsupported, $"{keyBits} bits; ID lists {string.Join(", ", Info.Ciphers)}")
            : _board.FingerprintAsync("KEY.PUT", [("kind", "wrap"), ("bits", Number(keyBits)), ("data", Hex(wrap))], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        PayloadAsync("SEAL", topic, plaintext, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        PayloadAsync("OPEN", topic, payload, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken)
    {
        if (SchemeNames.IsHopByHop(_board.Scheme) || _board.Scheme == SchemeNames.Hardened) // only these schemes keep an old key; other firmware has no such verb
        {
            await AskAsync("KEY.DROP", [], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ITokenHolder Tokens { get; }

    /// <inheritdoc/>
    public IPairParty? Pairs => _pairs.IsProvisioned ? _pairs : null;

    /// <inheritdoc/>
    public IScramParty? Scram => _board.Scheme == SchemeNames.Scram ? _scram : null;

    /// <inheritdoc/>
    public IPayloadSigner? Signer => Info.Signatures.Contains(AugPakeGroup.P256.Name) ? new SerialSigner(Name, _board) : null;

    /// <inheritdoc/>
    public IEsfahaniSensor? Esfahani => Info.Schemes.Contains(SchemeNames.Esfahani2019) ? new SerialEsfahani(Name, _board) : null;

    /// <summary>Reads the board's digital input: true is high.</summary>
    public async ValueTask<bool> SenseAsync(CancellationToken cancellationToken) =>
        _board.Value(await AskAsync("SENSE", [], cancellationToken).ConfigureAwait(false), "SENSE", "input") == "1";

    /// <summary>Drives the trigger pin.</summary>
    public async ValueTask TriggerAsync(bool level, CancellationToken cancellationToken) =>
        await AskAsync("TRIGGER", [("level", level ? "1" : "0")], cancellationToken).ConfigureAwait(false);

    /// <summary>Gets the board's operation counts since its last reset.</summary>
    public async ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync("COUNTS", [], cancellationToken).ConfigureAwait(false);
        long Count(string key) => _board.Long(reply, "COUNTS", key);
        return new OperationTally(Count("h"), Count("exp"), Count("cipher"), Count("sha"), Count("blocks"));
    }

    /// <summary>Gets the operations that <c>MEASURE</c> knows.</summary>
    public async ValueTask<IReadOnlyList<string>> OperationsAsync(CancellationToken cancellationToken) =>
        _board.Value(await AskAsync("MEASURE", [("op", "list"), ("n", "1")], cancellationToken).ConfigureAwait(false), "MEASURE", "ops")
            .Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Runs a built-in operation <paramref name="n"/> times, each timed alone by the board. Requested in portions that end within
    /// about a second, so that a slow operation never looks like a silent board.
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
            if (_board.Long(reply, "MEASURE", "n") != portion)
            {
                throw _board.Mismatch("MEASURE", $"n={portion}", $"n={_board.Value(reply, "MEASURE", "n")}");
            }

            minimum = Math.Min(minimum, _board.Long(reply, "MEASURE", "min"));
            maximum = Math.Max(maximum, _board.Long(reply, "MEASURE", "max"));
            sum += _board.Long(reply, "MEASURE", "sum");
            done += portion;
            var took = Math.Max(1, _time.GetElapsedTime(started).TotalMilliseconds);
            portion = (int)Math.Clamp(portion * 1000 / took, 1, 65535);
        }

        return new Measurement(operation, n, minimum, maximum, sum);
    }

    /// <summary>Takes the line for measuring on the calling thread; null for a link that cannot be read directly.</summary>
    internal ValueTask<BenchClient.DirectLine?> BeginDirectAsync(CancellationToken cancellationToken) => _board.BeginDirectAsync(cancellationToken);

    /// <summary>Sends a request with any verb, for protocol scenarios and known answers.</summary>
    /// <exception cref="CheckFailedException">The reply to a verb that works with keys holds more than the protocol allows.</exception>
    public ValueTask<BoardReply> AskAsync(string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        _board.AskAsync(verb, arguments, cancellationToken);

    /// <summary>Sends bytes unchanged (with the line end where one is meant) and returns the next line; null if none came in time.</summary>
    public ValueTask<string?> SendRawAsync(ReadOnlyMemory<byte> bytes, TimeSpan wait, CancellationToken cancellationToken) =>
        _board.SendRawAsync(bytes, wait, cancellationToken);

    /// <summary>Builds a request line with the next SEQ and its checksum, LF included, to be sent raw or altered.</summary>
    public byte[] NextLine(string verb, params IReadOnlyList<(string Key, string Value)> arguments) => _client.NextLine(verb, arguments);

    private async ValueTask<Timed<byte[]>> PayloadAsync(string verb, string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            var opensEpoch = verb == "OPEN" && _board.Scheme == SchemeNames.Hardened;
            var reply = await AskAsync(
                verb, SchemeNames.IsHopByHop(_board.Scheme) || opensEpoch ? [("topic", Topic(topic, Name)), ("data", Hex(data))] : [("data", Hex(data))], cancellationToken).ConfigureAwait(false);
            if (opensEpoch)
            {
                _pairs.Opened(reply);
            }

            return new Timed<byte[]>(_board.Bytes(reply, verb, "data"), reply.Ticks);
        }
        catch (BoardErrorException board) when (board.Code == "LENGTH" && data.Length > Info.Payload)
        {
            // Far over the payload limit the line itself is too long for the board: the same refusal, given earlier.
            throw new PartyRefusedException(Name, PartyRefusal.TooLong, board.Description);
        }
    }
}
