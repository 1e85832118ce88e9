using Harness.Schemes.Esfahani;
using Harness.Schemes.MqttPresent;
using Harness.Schemes.Plain;
using Harness.Schemes.Signed;

namespace Harness.Schemes;

/// <summary>A device in this process: the same states and refusals as a board (rigs/firmware/PROTOCOL.md), on Harness.Crypto.</summary>
/// <remarks>
/// Ticks are nanoseconds of <see cref="System.Diagnostics.Stopwatch"/>, of the operation alone. A refused element, tag or server ends the handshake and wipes
/// SK and Ks; AUG.FINISH replaces SK and wipes Ks, which belongs to the session before.
/// Of the password only w' stays here, on memory that the next provisioning, a reset and <see cref="Dispose"/> clear; the string is the
/// caller's.
/// Calls run one at a time.
/// </remarks>
public sealed class HostParty : IParty, IDisposable
{
    private const int MaximumText = 64;

    private readonly Lock _gate = new();
    private readonly PartyWork _work = new();
    private readonly HostKeys _keys;
    private readonly HostHandshake _handshake;
    private readonly HostTokens _tokens;
    private readonly HostSigner _signer;
    private string _scheme = SchemeNames.MqttPresent;
    private HostPairs? _pairs;
    private HostScram? _scram;
    private HostPlain? _plain;

    /// <summary>Creates a device without provisioning.</summary>
    /// <param name="name">The name in the rig.</param>
    /// <param name="maximumPayload">Most plaintext bytes of one seal.</param>
    public HostParty(string name, int maximumPayload = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumPayload);
        Name = name;
        Capabilities = new PartyCapabilities(
            [.. AugPakeGroup.All.Select(g => g.Name)], [.. AugPakeProfiles.All.Select(p => p.Name())], MqttPresentCipher.KeyBits, maximumPayload)
        {
            Schemes = [.. SchemeNames.OfBroker, SchemeNames.Esfahani2019],
        };
        _keys = new HostKeys(this, _work);
        _handshake = new HostHandshake(this, _work, _keys);
        _tokens = new HostTokens(this);
        _signer = new HostSigner(this, _work, _gate, () => _handshake.Client);
        Esfahani = new EsfahaniSensor(name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public PartyCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IEsfahaniSensor Esfahani { get; }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Forget();
            _signer.Forget();
            _work.Reset();
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

        if ((identity.Scheme == SchemeNames.Hardened) != identity.Hardened is not null || (identity.Hardened is not null && identity.Profile != AugPakeProfile.Framed.Name()))
        {
            throw Refuse(PartyRefusal.Unsupported, $"scheme {identity.Scheme} with profile {identity.Profile}{(identity.Hardened is null ? " and without pairs" : "")}");
        }

        CheckLength(identity.Client, "client name");
        CheckLength(identity.Server, "server name");
        CheckLength(identity.Password, "password");
        var group = AugPakeGroup.ByName(identity.Group);
        var profile = AugPakeProfiles.Parse(identity.Profile);
        using var counted = OperationCounts.Begin();
        var scalar = SchemeNames.WithoutKey.Contains(identity.Scheme) ? [] : Verifier.ComputeScalar(group, profile, identity.Client, identity.Server, identity.Password);
        var scram = identity.Scheme == SchemeNames.Scram ? new HostScram(this, _work, _gate, identity.Client, identity.Password) : null;
        var plain = identity.Scheme == SchemeNames.Password ? new HostPlain(_gate, identity.Password) : null;
        var pairs = identity.Hardened is { } hardened ? new HostPairs(this, _work, _gate, hardened, identity.Client, group) : null;
        lock (_gate)
        {
            Forget();
            _pairs = pairs;
            (_scram, _plain) = (scram, plain);
            _work.Add(counted);
            _scheme = identity.Scheme;
            _handshake.Provision(group, profile, identity.Client, identity.Server, scalar);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            RefuseWithoutKey();
            return new(_handshake.Register());
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE: not provisioned.</exception>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            RefuseWithoutKey();
            if (_pairs is { Pseudonym: null })
            {
                throw Refuse(PartyRefusal.State, "a pseudonym first");
            }

            return new(_handshake.Init(_pairs?.Pseudonym));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE, BAD-SERVER or BAD-ELEMENT.</exception>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_handshake.Step(server, y));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PartyRefusedException">STATE or BAD-TAG.</exception>
    public ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_handshake.Finish(vs, _scheme, _pairs));
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

            return new(_keys.AcceptWrap(keyBits, wrap));
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

            if (_pairs is { } pairs)
            {
                return new(pairs.Seal(plaintext));
            }

            if (SchemeNames.WithoutKey.Contains(_scheme))
            {
                return new(AsItIs(plaintext));
            }

            if (!SchemeNames.IsHopByHop(_scheme))
            {
                return new(_keys.SealEndToEnd(plaintext));
            }

            CheckTopic(topic);
            return new(_keys.SealHop(topic, plaintext));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_pairs is { } pairs)
            {
                return new(pairs.Open(topic, payload));
            }

            if (SchemeNames.WithoutKey.Contains(_scheme))
            {
                return new(AsItIs(payload));
            }

            // The longest payload is padded to the next multiple of 8 above it, or carries nonce and tag.
            var byHop = SchemeNames.IsHopByHop(_scheme);
            var longest = byHop ? Capabilities.MaximumPayload + HopChannel.Overhead : (Capabilities.MaximumPayload / 8 * 8) + 8;
            if (payload.Length > longest)
            {
                throw Refuse(PartyRefusal.TooLong, $"{payload.Length} bytes, at most {longest}");
            }

            if (!byHop)
            {
                return new(_keys.OpenEndToEnd(payload));
            }

            CheckTopic(topic);
            return _scheme == SchemeNames.MqttAuth && topic == TokenTopics.Of(_handshake.Client)
                ? throw Refuse(PartyRefusal.Unsupported, "an answer of the token service is taken, never said")
                : new(_keys.OpenHop(topic, payload));
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _keys.ForgetOld();
            _pairs?.ForgetPrevious();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ITokenHolder Tokens => _tokens;

    /// <inheritdoc/>
    public IPairParty? Pairs => _pairs;

    /// <inheritdoc/>
    public IScramParty? Scram => _scram;

    /// <inheritdoc/>
    public IPlainParty? Plain => _plain;

    /// <inheritdoc/>
    public IPayloadSigner? Signer => _signer;

    /// <inheritdoc/>
    public ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_work.Total);
        }
    }

    /// <summary>Wipes every secret.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Forget();
            _signer.Forget();
        }
    }

    /// <summary>Gets the name and the state; never a key.</summary>
    public override string ToString() => $"{Name} (host)";

    private static void CheckLength(string text, string what)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes is < 1 or > MaximumText)
        {
            throw new ArgumentException($"A {what} has 1 to {MaximumText} bytes of UTF-8, not {bytes}.");
        }
    }

    /// <summary>Runs a function on the tokens and the hop under the lock; for <see cref="HostTokens"/>.</summary>
    internal T WithHop<T>(Func<HopEnd, string, T> run)
    {
        lock (_gate)
        {
            if (_scheme != SchemeNames.MqttAuth)
            {
                throw Refuse(PartyRefusal.Unsupported, $"tokens belong to {SchemeNames.MqttAuth}, this party runs {_scheme}");
            }

            var hop = _keys.Hop;
            using var counted = _work.Count();
            return run(hop, _handshake.Client);
        }
    }

    internal PartyRefusedException Refuse(PartyRefusal refusal, string words) => new(Name, refusal, words);

    /// <summary>Refuses a topic longer than 64 bytes, as a board does.</summary>
    internal void CheckTopic(string topic)
    {
        var bytes = Encoding.UTF8.GetByteCount(topic);
        if (bytes is < 1 or > MaximumText)
        {
            throw Refuse(PartyRefusal.TooLong, $"a topic of {bytes} bytes, of 1 to {MaximumText}");
        }
    }

    /// <summary>A payload of a login without a key.</summary>
    private Timed<byte[]> AsItIs(ReadOnlyMemory<byte> payload) =>
        _scram is { IsLoggedIn: false } ? throw Refuse(PartyRefusal.State, "log in first")
        : payload.Length > Capabilities.MaximumPayload ? throw Refuse(PartyRefusal.TooLong, $"{payload.Length} bytes, at most {Capabilities.MaximumPayload}")
        : _work.Time(payload.ToArray);

    private void RefuseWithoutKey()
    {
        if (SchemeNames.WithoutKey.Contains(_scheme))
        {
            throw Refuse(PartyRefusal.Unsupported, $"AugPAKE under scheme {_scheme}");
        }
    }

    private void Forget()
    {
        _handshake.Forget();
        _tokens.Forget();
        _pairs?.Dispose();
        _pairs = null;
        _scram?.Dispose();
        _plain?.Dispose();
        (_scram, _plain) = (null, null);
        _scheme = SchemeNames.MqttPresent;
    }
}
