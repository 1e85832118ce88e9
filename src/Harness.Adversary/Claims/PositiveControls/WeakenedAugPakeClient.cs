namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>The device of a toy AugPAKE, with a weakness. Only for controls: it protects nothing, itself included.</summary>
internal sealed class WeakenedAugPakeClient(AugPakeGroup group, string client, string server, string password, Weakness weakness) : IEnhancedAuthenticationClient
{
    private readonly AugPakeTranscript _transcript = new(group, AugPakeProfile.AsPublished, client, server, null);
    private readonly byte[] _w = Verifier.ComputeScalar(group, AugPakeProfile.AsPublished, client, server, password);
    private byte[] _x = [];
    private byte[] _z = [];
    private byte[] _expected = [];
    private byte[] _key = [];

    public string Method => AugPakeMethod.Of(AugPakeProfile.AsPublished, group);

    /// <summary>Fingerprint of SK once V_S was taken; empty before.</summary>
    public string Fingerprint { get; private set; } = "";

    public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken)
    {
        var x = weakness.HasFlag(Weakness.KnownX) ? BigInteger.One : ModularArithmetic.Read(group.DrawScalar());
        _x = group.PowerOfGenerator(ModularArithmetic.Scalar(group, x));
        var w = weakness.HasFlag(Weakness.NoPassword) ? BigInteger.Zero : ModularArithmetic.Read(_w);
        _z = ModularArithmetic.Z(group, x, w, ModularArithmetic.Read(_transcript.R(_x)));
        return new(_x);
    }

    public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!ServerHello.TryDecode(data.Span, out var hello) || hello.Y.Length < group.ElementLength || !group.IsAcceptable(hello.Y.Span[..group.ElementLength]))
        {
            throw new AugPakeException(AugPakeFailure.BadElement, "Y outside the group");
        }

        var y = hello.Y.Span[..group.ElementLength];
        var k = group.Power(y, _z);
        var (proof, expected) = Proofs(_transcript, weakness, _x, y, k, group.PowerOfGenerator(_w));
        _expected = expected;
        _key = _transcript.Key(_x, y, k);
        return new(proof);
    }

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!weakness.HasFlag(Weakness.UncheckedProofs) && !CryptographicOperations.FixedTimeEquals(_expected, data.Span))
        {
            throw new AugPakeException(AugPakeFailure.BadAuthenticator, "V_S is not the one expected");
        }

        Fingerprint = Fingerprints.Of(_key);
        return ValueTask.CompletedTask;
    }

    /// <summary>V_C and V_S with a weakness.</summary>
    public static (byte[] Client, byte[] Server) Proofs(
        AugPakeTranscript transcript, Weakness weakness, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> k, ReadOnlySpan<byte> w)
    {
        var isStatic = weakness.HasFlag(Weakness.StaticProofs);
        var vc = isStatic ? transcript.ClientAuthenticator(w, w, w) : transcript.ClientAuthenticator(x, y, k);
        var vs = isStatic ? transcript.ServerAuthenticator(w, w, w) : transcript.ServerAuthenticator(x, y, k);
        return (vc, weakness.HasFlag(Weakness.SameProofs) ? vc : vs);
    }
}
