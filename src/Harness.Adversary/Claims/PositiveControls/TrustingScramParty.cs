namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>A party whose SCRAM takes any nonce, any number of iterations and any signature of the broker. Only for controls.</summary>
public sealed class TrustingScramParty(HostParty inner) : PartyWrapper(inner), IScramParty
{
    private readonly string _nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private PartyIdentity? _identity;

    /// <inheritdoc/>
    public override IScramParty Scram => this;

    /// <inheritdoc/>
    public override ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        _identity = identity;
        return base.ProvisionAsync(identity, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> InitAsync(CancellationToken cancellationToken) => Reply($"n,,{Bare}");

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> StepAsync(ReadOnlyMemory<byte> serverFirst, CancellationToken cancellationToken)
    {
        if (!ScramServerFirst.TryDecode(serverFirst.Span, out var challenge))
        {
            throw new PartyRefusedException(Name, PartyRefusal.BadMessage, "no server-first-message");
        }

        var without = $"c=biws,r={challenge.Nonce}";
        return Reply($"{without},p={Convert.ToBase64String(ScramGuess.Proof(Identity.Password, challenge, Bare, without))}");
    }

    /// <inheritdoc/>
    public ValueTask<Timed<string>> FinishAsync(ReadOnlyMemory<byte> serverFinal, CancellationToken cancellationToken) =>
        new(new Timed<string>(Fingerprints.Of(serverFinal.Span), null));

    private PartyIdentity Identity => _identity ?? throw new PartyRefusedException(Name, PartyRefusal.State, "PROVISION first");

    private string Bare => $"n={ScramText.Escape(Identity.Client)},r={_nonce}";

    private static ValueTask<Timed<byte[]>> Reply(string text) => new(new Timed<byte[]>(Encoding.UTF8.GetBytes(text), null));
}
