using System.Diagnostics;
using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Schemes.Esfahani;

/// <summary>A sensor of Esfahani et al. 2019 in this process.</summary>
/// <remarks>It keeps ID, f2 and f3. It cannot tell for which R1 message 2 was made: that is the scheme's own doing.</remarks>
/// <param name="name">The name in the rig.</param>
[Scheme(
    SchemeNames.Esfahani2019, Order = 4, Label = "as described", IsAugPake = false,
    Choose = "to reproduce the paper alone: one sensor's owner can play every other sensor and every router of the lab")]
public sealed class EsfahaniSensor(string name) : IEsfahaniSensor
{
    private EsfahaniCredentials? _credentials;
    private byte[]? _r1;

    /// <summary>Gives R1 of a login; chance where it is not set.</summary>
    public Func<byte[]> Draw { get; init; } = () => RandomNumberGenerator.GetBytes(Size);

    /// <inheritdoc/>
    public ValueTask PutAsync(EsfahaniCredentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        (_credentials, _r1) = (credentials, null);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> FirstAsync(CancellationToken cancellationToken)
    {
        var own = _credentials ?? throw new PartyRefusedException(name, PartyRefusal.State, "a sensor has to be registered first");
        var begin = Stopwatch.GetTimestamp();
        _r1 = Draw();
        var m1 = Xor(H(own.F2), _r1);
        var aid = Xor(H(_r1), own.Identity);
        return new(Timed<byte[]>([.. m1, .. aid, .. H(_r1, m1, aid), .. own.F3], begin));
    }

    /// <inheritdoc/>
    public ValueTask<Timed<EsfahaniProof>> SecondAsync(ReadOnlyMemory<byte> second, CancellationToken cancellationToken)
    {
        var (own, r1) = (_credentials, _r1);
        if (own is null || r1 is null)
        {
            throw new PartyRefusedException(name, PartyRefusal.State, "message 2 is not due");
        }

        _r1 = null;
        var begin = Stopwatch.GetTimestamp();
        if (second.Length != SecondLength)
        {
            throw new PartyRefusedException(name, PartyRefusal.BadTag, $"message 2 has {SecondLength} bytes, not {second.Length}");
        }

        var (m1, aid, m2) = (Value(second.Span, 0), Value(second.Span, 1), Value(second.Span, 2));
        var hid = H(own.Identity);
        var r2 = Xor(aid, hid);

        // Both are computed, so that the time of a refusal tells nothing.
        if (!(CryptographicOperations.FixedTimeEquals(H(Xor(m1, hid)), own.F2) & CryptographicOperations.FixedTimeEquals(H(m1, aid, r2), m2)))
        {
            throw new PartyRefusedException(name, PartyRefusal.BadTag, "message 2 is not of a router");
        }

        var key = H(r1, r2);
        var proof = new EsfahaniProof(Xor(key, H(r2)), Fingerprints.Of(key));
        CryptographicOperations.ZeroMemory(key);
        return new(Timed(proof, begin));
    }

    private static Timed<T> Timed<T>(T value, long begin) => new(value, Stopwatch.GetElapsedTime(begin).Ticks * 100);
}
