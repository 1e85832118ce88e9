namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>The broker of a toy AugPAKE, with a weakness. Only for controls.</summary>
internal sealed class WeakenedAuthenticator(AugPakeGroup group, string server, IReadOnlyDictionary<string, byte[]> verifiers, Weakness weakness) : IEnhancedAuthenticator
{
    private readonly ConcurrentDictionary<string, string> _fingerprints = new();

    public bool Supports(string method) => method == AugPakeMethod.Of(AugPakeProfile.AsPublished, group);

    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this, request.ClientId);

    /// <summary>Fingerprint of SK of a client's latest login; empty where there was none.</summary>
    public string Fingerprint(string client) => _fingerprints.GetValueOrDefault(client, "");

    private sealed class Exchange(WeakenedAuthenticator owner, string client) : IAuthenticationExchange
    {
        private byte[]? _expected;
        private byte[] _proof = [];
        private string _fingerprint = "";

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
            new(_expected is null ? TakeElement(data.Span) : TakeProof(data.Span));

        public void Completed() => owner._fingerprints[client] = _fingerprint;

        public void Dispose()
        {
        }

        private AuthenticationStep TakeElement(ReadOnlySpan<byte> x)
        {
            var (group, weakness) = (owner.Group, owner.Weakness);
            if (!group.IsAcceptable(x) || !owner.Verifiers.TryGetValue(client, out var w))
            {
                return AuthenticationStep.Refuse(ReasonCode.NotAuthorized);
            }

            var transcript = new AugPakeTranscript(group, AugPakeProfile.AsPublished, client, owner.Server, null);
            var scalar = group.DrawScalar();
            var blinded = weakness.HasFlag(Weakness.NoPassword) ? x : group.Multiply(x, group.Power(w, transcript.R(x)));
            var y = group.Power(blinded, scalar);
            var k = group.PowerOfGenerator(scalar);
            (_expected, _proof) = WeakenedAugPakeClient.Proofs(transcript, weakness, x, y, k, w);
            _fingerprint = Fingerprints.Of(transcript.Key(x, y, k));
            byte[] hello = weakness.HasFlag(Weakness.EarlyServerProof) ? [.. y, .. _proof] : y;
            return AuthenticationStep.Continue(new ServerHello(owner.Server, hello).Encode());
        }

        private AuthenticationStep TakeProof(ReadOnlySpan<byte> proof) =>
            owner.Weakness.HasFlag(Weakness.UncheckedProofs) || CryptographicOperations.FixedTimeEquals(_expected, proof)
                ? AuthenticationStep.Success(_proof)
                : AuthenticationStep.Refuse(ReasonCode.NotAuthorized);
    }

    private AugPakeGroup Group => group;

    private string Server => server;

    private IReadOnlyDictionary<string, byte[]> Verifiers => verifiers;

    private Weakness Weakness => weakness;
}
