using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Harness.Crypto;
using Harness.Schemes.AugMqtt;
using Harness.Schemes.MqttAuth;
using Harness.Schemes.MqttPresent;

namespace Harness.Schemes;

/// <summary>A device in this process: the same states and refusals as a board (rigs/firmware/PROTOCOL.md), on Harness.Crypto.</summary>
/// <remarks>
/// Ticks are nanoseconds of <see cref="Stopwatch"/>, of the operation alone. A refused element, tag or server ends the handshake and wipes
/// SK and Ks; AUG.FINISH replaces SK and wipes Ks, which belongs to the session before.
/// Of the password only w' stays here, on memory that the next provisioning, a reset and <see cref="Dispose"/> clear; the string is the
/// caller's.
/// Calls run one at a time.
/// </remarks>
public sealed class HostParty : IParty, IDisposable
{
    private const int MaximumText = 64;

    private readonly Lock _gate = new();
    private AugPakeGroup? _group;
    private AugPakeProfile _profile;
    private string _client = "";
    private string _server = "";
    private byte[] _passwordScalar = [];
    private AugPakeClient? _handshake;
    private bool _proved;
    private SessionKey? _sessionKey;
    private SessionKey? _trafficKey;
    private int _keyBits;
    private string _scheme = SchemeNames.MqttPresent;
    private HopEnd? _hop;
    private OperationTally _counts;
    private readonly HostTokens _tokens;

    /// <summary>A device without provisioning.</summary>
    /// <param name="name">The name in the rig.</param>
    /// <param name="maximumPayload">Most plaintext bytes of one seal.</param>
    public HostParty(string name, int maximumPayload = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumPayload);
        Name = name;
        Capabilities = new PartyCapabilities(
            [.. AugPakeGroup.All.Select(g => g.Name)], [.. AugPakeProfiles.All.Select(p => p.Name())], MqttPresentCipher.KeyBits, maximumPayload)
        {
            Schemes = SchemeNames.All,
        };
        _tokens = new HostTokens(this);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public PartyCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            WipeHandshake();
            Forget();
            _counts = default;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">UNSUPPORTED scheme, group or profile.</exception>
    /// <exception cref="ArgumentException">A name or password not of 1 to 64 bytes, or a password that <see cref="Password.Prepare"/> refuses.</exception>
    public ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Capabilities.Groups.Contains(identity.Group) || !Capabilities.Profiles.Contains(identity.Profile)
            || !Capabilities.Schemes.Contains(identity.Scheme))
        {
            throw Refuse(PartyRefusal.Unsupported, $"scheme {identity.Scheme}, group {identity.Group}, profile {identity.Profile}");
        }

        CheckLength(identity.Client, "client name");
        CheckLength(identity.Server, "server name");
        CheckLength(identity.Password, "password");
        var group = AugPakeGroup.ByName(identity.Group);
        var profile = AugPakeProfiles.Parse(identity.Profile);
        using var counted = OperationCounts.Begin();
        var scalar = Verifier.ComputeScalar(group, profile, identity.Client, identity.Server, identity.Password);
        lock (_gate)
        {
            WipeHandshake();
            Forget();
            Tally(counted);
            _scheme = identity.Scheme;
            (_group, _profile, _passwordScalar) = (group, profile, scalar);
            (_client, _server) = (identity.Client, identity.Server);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var group = _group ?? throw Refuse(PartyRefusal.State, "PROVISION first");
            return _profile == AugPakeProfile.AsPublished
                ? new(Time(() => Verifier.OfScalar(group, _passwordScalar)))
                : throw Refuse(PartyRefusal.Unsupported, $"registration over the wire is of profile {AugPakeProfile.AsPublished.Name()}");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE: not provisioned.</exception>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_group is null)
            {
                throw Refuse(PartyRefusal.State, "PROVISION first");
            }

            EndHandshake();
            _handshake = AugPakeClient.FromPasswordScalar(_group, _profile, _client, _server, _passwordScalar);
            return new(Time(_handshake.Start));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE, BAD-SERVER or BAD-ELEMENT.</exception>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_handshake is null || _proved)
            {
                throw Refuse(PartyRefusal.State, "AUG.INIT first");
            }

            if (server != _server)
            {
                WipeHandshake();
                throw Refuse(PartyRefusal.BadServer, "not the provisioned server");
            }

            try
            {
                var proof = Time(() => _handshake.Respond(y.Span));
                _proved = true;
                return new(proof);
            }
            catch (AugPakeException e)
            {
                WipeHandshake();
                throw Refuse(PartyRefusal.BadElement, e.Failure == AugPakeFailure.IdentityElement ? "K is the identity" : "Y outside the group");
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE or BAD-TAG.</exception>
    public ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_handshake is null || !_proved)
            {
                throw Refuse(PartyRefusal.State, "AUG.STEP first");
            }

            try
            {
                var key = Time(() => _handshake.Finish(vs.Span));
                Established(key.Value);
                return new(new Timed<string>(key.Value.Fingerprint, key.Ticks));
            }
            catch (AugPakeException)
            {
                WipeHandshake();
                throw Refuse(PartyRefusal.BadTag, "V_S is wrong");
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE without SK; UNSUPPORTED key size; BAD-KEY.</exception>
    public ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!Capabilities.KeyBits.Contains(keyBits))
            {
                throw Refuse(PartyRefusal.Unsupported, $"{keyBits} bits");
            }

            var sessionKey = _sessionKey ?? throw Refuse(PartyRefusal.State, "no session key: log in first");
            var opened = Time(() => MqttPresentCipher.TryUnwrap(keyBits, sessionKey.Bytes, wrap.Span, out var key) ? key : null);
            if (opened.Value is not { } traffic)
            {
                throw Refuse(PartyRefusal.BadKey, "the wrap yields no 32-byte key");
            }

            _trafficKey?.Dispose();
            _trafficKey = new SessionKey(traffic);
            _keyBits = keyBits;
            CryptographicOperations.ZeroMemory(traffic);
            return new(new Timed<string>(_trafficKey.Fingerprint, opened.Ticks));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (plaintext.Length > Capabilities.MaximumPayload)
            {
                throw Refuse(PartyRefusal.TooLong, $"{plaintext.Length} bytes, at most {Capabilities.MaximumPayload}");
            }

            if (SchemeNames.IsHopByHop(_scheme))
            {
                CheckTopic(topic);
                var hop = Hop();
                return new(Time(() => hop.Seal(topic, plaintext.Span)));
            }

            var key = _trafficKey ?? throw Refuse(PartyRefusal.NoKey, "no traffic key");
            return new(Time(() => MqttPresentCipher.Seal(_keyBits, key.Bytes, plaintext.Span)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            // The longest payload is padded to the next multiple of 8 above it, or carries nonce and tag.
            var byHop = SchemeNames.IsHopByHop(_scheme);
            var longest = byHop ? Capabilities.MaximumPayload + HopChannel.Overhead : (Capabilities.MaximumPayload / 8 * 8) + 8;
            if (payload.Length > longest)
            {
                throw Refuse(PartyRefusal.TooLong, $"{payload.Length} bytes, at most {longest}");
            }

            return new(byHop ? OpenHop(topic, payload) : OpenEndToEnd(payload));
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _hop?.ForgetOld();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ITokenHolder Tokens => _tokens;

    /// <inheritdoc/>
    public ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_counts);
        }
    }

    /// <summary>Wipes every secret.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            WipeHandshake();
            Forget();
        }
    }

    /// <summary>The name and what it holds; never a key.</summary>
    public override string ToString() => $"{Name} (host)";

    private static void CheckLength(string text, string what)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes is < 1 or > MaximumText)
        {
            throw new ArgumentException($"A {what} has 1 to {MaximumText} bytes of UTF-8, not {bytes}.");
        }
    }

    /// <summary>Runs something on the tokens and the hop in one piece; for <see cref="HostTokens"/>.</summary>
    internal T WithHop<T>(Func<HopEnd, string, T> run)
    {
        lock (_gate)
        {
            if (_scheme != SchemeNames.MqttAuth)
            {
                throw Refuse(PartyRefusal.Unsupported, $"tokens belong to {SchemeNames.MqttAuth}, this party runs {_scheme}");
            }

            var hop = Hop();
            using var counted = OperationCounts.Begin();
            try
            {
                return run(hop, _client);
            }
            finally
            {
                Tally(counted);
            }
        }
    }

    internal PartyRefusedException Refuse(PartyRefusal refusal, string words) => new(Name, refusal, words);

    private HopEnd Hop() => _hop is { HasKey: true } hop ? hop : throw Refuse(PartyRefusal.NoKey, "no session key: log in first");

    /// <summary>A board keeps 64 bytes for a topic.</summary>
    internal void CheckTopic(string topic)
    {
        var bytes = Encoding.UTF8.GetByteCount(topic);
        if (bytes is < 1 or > MaximumText)
        {
            throw Refuse(PartyRefusal.TooLong, $"a topic of {bytes} bytes, of 1 to {MaximumText}");
        }
    }

    private Timed<byte[]> OpenHop(string topic, ReadOnlyMemory<byte> payload)
    {
        CheckTopic(topic);
        if (_scheme == SchemeNames.MqttAuth && topic == TokenTopics.Of(_client))
        {
            throw Refuse(PartyRefusal.Unsupported, "an answer of the token service is taken, never said");
        }

        var hop = Hop();
        var opened = Time(() => (Result: hop.Open(topic, payload.Span, out var plaintext), Plaintext: plaintext));
        return opened.Value.Result switch
        {
            HopResult.Opened => new Timed<byte[]>(opened.Value.Plaintext, opened.Ticks),
            HopResult.Replay => throw Refuse(PartyRefusal.Replay, "the counter is not above the last one accepted"),
            _ => throw Refuse(PartyRefusal.BadTag, "the tag is wrong"),
        };
    }

    private Timed<byte[]> OpenEndToEnd(ReadOnlyMemory<byte> ciphertext)
    {
        var key = _trafficKey ?? throw Refuse(PartyRefusal.NoKey, "no traffic key");
        var opened = Time(() => MqttPresentCipher.TryOpen(_keyBits, key.Bytes, ciphertext.Span, out var plaintext) ? plaintext : null);
        return opened.Value is { } value
            ? new Timed<byte[]>(value, opened.Ticks)
            : throw Refuse(PartyRefusal.BadPadding, "no valid padding");
    }

    private Timed<T> Time<T>(Func<T> operation)
    {
        using var counted = OperationCounts.Begin();
        var start = Stopwatch.GetTimestamp();
        try
        {
            var value = operation();
            var ticks = Stopwatch.GetTimestamp() - start;

            // Not through TimeSpan: its own tick is 100 ns.
            return new Timed<T>(value, (long)(ticks * (1e9 / Stopwatch.Frequency)));
        }
        finally
        {
            Tally(counted);
        }
    }

    private void Tally(OperationCounts counted) => _counts += new OperationTally(
        counted.Hashes, counted.Exponentiations, counted.Ciphers, counted.Sha256Blocks, counted.CipherBlocks);

    /// <summary>A finished handshake: the new SK replaces the old, Ks of the session before is gone; a hop's old key is kept for reading.</summary>
    private void Established(SessionKey key)
    {
        EndHandshake();
        _sessionKey?.Dispose();
        _sessionKey = key;
        _trafficKey?.Dispose();
        _trafficKey = null;
        _keyBits = 0;
        if (SchemeNames.IsHopByHop(_scheme))
        {
            _hop ??= new HopEnd(HopDirection.ToBroker);
            _hop.Replace(key.Bytes, keepOld: true);
        }
    }

    private void EndHandshake()
    {
        _handshake?.Dispose();
        _handshake = null;
        _proved = false;
    }

    private void WipeHandshake()
    {
        EndHandshake();
        _sessionKey?.Dispose();
        _sessionKey = null;
        _trafficKey?.Dispose();
        _trafficKey = null;
        _keyBits = 0;
        _hop?.Dispose();
        _hop = null;
    }

    private void Forget()
    {
        _group = null;
        _scheme = SchemeNames.MqttPresent;
        _tokens.Forget();
        CryptographicOperations.ZeroMemory(_passwordScalar);
        _passwordScalar = [];
        (_client, _server) = ("", "");
    }
}
