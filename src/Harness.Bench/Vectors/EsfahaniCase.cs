using Harness.Schemes.Esfahani;

namespace Harness.Bench.Vectors;

/// <summary>A login of a sensor of esfahani-2019 (section <c>esfahani</c>).</summary>
public sealed record EsfahaniCase(int Index) : VectorCase(VectorFile.Esfahani, Index)
{
    /// <summary>The sensor's registration.</summary>
    public required EsfahaniCredentials Credentials { get; init; }

    /// <summary>R1, 32 bytes.</summary>
    public required byte[] R1 { get; init; }

    /// <summary>Message 1.</summary>
    public required byte[] First { get; init; }

    /// <summary>Message 2.</summary>
    public required byte[] Second { get; init; }

    /// <summary>Message 3.</summary>
    public required byte[] Third { get; init; }

    /// <summary>SK.</summary>
    public required byte[] Key { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"client of {Encoding.UTF8.GetByteCount(Credentials.Client)} bytes";

    /// <summary>Reads a case.</summary>
    internal static EsfahaniCase Read(int index, CaseFields f) => new(index)
    {
        Credentials = new EsfahaniCredentials(f.Text("client"), f.Hex("f2", EsfahaniFormulas.Size), f.Hex("f3", EsfahaniFormulas.Size)),
        R1 = f.Hex("r1", EsfahaniFormulas.Size), First = f.Hex("first", EsfahaniFormulas.FirstLength), Second = f.Hex("second", EsfahaniFormulas.SecondLength),
        Third = f.Hex("third", EsfahaniFormulas.ThirdLength), Key = f.Hex("key", EsfahaniFormulas.Size),
    };

    /// <summary>Runs the case on a sensor that draws <see cref="R1"/>.</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="first">Begins its login.</param>
    /// <param name="check">Takes the differences.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async ValueTask RunAsync(IEsfahaniSensor sensor, Func<ValueTask<byte[]?>> first, CaseCheck check, CancellationToken cancellationToken)
    {
        try
        {
            await sensor.PutAsync(Credentials, cancellationToken).ConfigureAwait(false);
            if (await first().ConfigureAwait(false) is not { } message)
            {
                return;
            }

            check.Equal("first", "message 1", First, message);
            var proof = (await sensor.SecondAsync(Second, cancellationToken).ConfigureAwait(false)).Value;
            check.Equal("third", "message 3", Third, proof.Third);
            check.EqualFingerprint("key", "SK", Fingerprints.Of(Key), proof.Fingerprint);
        }
        catch (PartyRefusedException e)
        {
            check.Differ("second", "the router's message taken", "no refusal", e.Message);
        }
    }
}
