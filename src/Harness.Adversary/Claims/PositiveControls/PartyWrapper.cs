using Harness.Schemes.Plain;
using Harness.Schemes.Signed;

namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>A party that is another one but for what a control changes. It owns the one inside.</summary>
public abstract class PartyWrapper(HostParty inner) : IParty, IDisposable
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public PartyCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public ITokenHolder Tokens => inner.Tokens;

    /// <inheritdoc/>
    public IPairParty? Pairs => inner.Pairs;

    /// <inheritdoc/>
    public IPlainParty? Plain => inner.Plain;

    /// <inheritdoc/>
    public IPayloadSigner? Signer => inner.Signer;

    /// <inheritdoc/>
    public virtual IScramParty? Scram => inner.Scram;

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken) => inner.ResetAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken) => inner.ProvisionAsync(identity, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken) => inner.RegisterAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) => inner.AugInitAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        inner.AugStepAsync(server, y, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken) =>
        inner.AugFinishAsync(vs, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken) =>
        inner.AcceptWrapAsync(keyBits, wrap, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        inner.SealAsync(topic, plaintext, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        inner.OpenAsync(topic, payload, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken) => inner.ForgetOldKeyAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken) => inner.CountsAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        inner.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A party that logs in as any and seals payloads its own way.</summary>
public sealed class SealingParty(HostParty inner, IPayloadSealing sealing) : PartyWrapper(inner)
{
    /// <inheritdoc/>
    public override ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        new(new Timed<byte[]>(sealing.Seal(topic, plaintext.Span), null));

    /// <inheritdoc/>
    public override ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        sealing.Open(topic, payload.Span) is { } plaintext
            ? new(new Timed<byte[]>(plaintext, null))
            : throw new PartyRefusedException(Name, PartyRefusal.BadTag, "not sealed so");
}

/// <summary>A party that draws the same x in every handshake: a recorded Y and V_S fit again.</summary>
public sealed class RepeatedScalarParty(HostParty inner) : PartyWrapper(inner)
{
    private PartyIdentity? _identity;
    private Harness.Crypto.AugPake.AugPakeClient? _handshake;

    /// <inheritdoc/>
    public override ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        _identity = identity;
        return base.ProvisionAsync(identity, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken)
    {
        var identity = _identity ?? throw new PartyRefusedException(Name, PartyRefusal.State, "PROVISION first");
        _handshake = new Harness.Crypto.AugPake.AugPakeClient(
            Harness.Crypto.Groups.AugPakeGroup.ByName(identity.Group), Harness.Crypto.AugPake.AugPakeProfiles.Parse(identity.Profile), identity.Client, identity.Server, identity.Password);
        return new(new Timed<byte[]>(_handshake.StartWithKnownScalar([0x2A]), null));
    }

    /// <inheritdoc/>
    public override ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        new(new Timed<byte[]>(_handshake!.Respond(y.Span), null));

    /// <inheritdoc/>
    public override ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken)
    {
        try
        {
            using var key = _handshake!.Finish(vs.Span);
            return new(new Timed<string>(key.Fingerprint, null));
        }
        catch (Harness.Crypto.AugPake.AugPakeException)
        {
            throw new PartyRefusedException(Name, PartyRefusal.BadTag, "V_S is wrong");
        }
    }
}
