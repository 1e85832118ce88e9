namespace Harness.Schemes.Esfahani;

/// <summary>A sensor of Esfahani et al. 2019: in this process, or on a board.</summary>
/// <remarks>Calls throw <see cref="PartyRefusedException"/> where the sensor refuses by its own rules.</remarks>
public interface IEsfahaniSensor
{
    /// <summary>Takes the credentials of its registration; an earlier login is forgotten.</summary>
    ValueTask PutAsync(EsfahaniCredentials credentials, CancellationToken cancellationToken);

    /// <summary>Begins a login; gives message 1.</summary>
    /// <exception cref="PartyRefusedException">STATE before <see cref="PutAsync"/>; UNSEEDED.</exception>
    ValueTask<Timed<byte[]>> FirstAsync(CancellationToken cancellationToken);

    /// <summary>Takes message 2; gives message 3 and the fingerprint of SK.</summary>
    /// <exception cref="PartyRefusedException">BAD-TAG where the message is not what the equations say, STATE where none is due.</exception>
    ValueTask<Timed<EsfahaniProof>> SecondAsync(ReadOnlyMemory<byte> second, CancellationToken cancellationToken);
}

/// <summary>A sensor's end of a login.</summary>
/// <param name="Third">Message 3.</param>
/// <param name="Fingerprint">Fingerprint of SK, 16 hex digits.</param>
public sealed record EsfahaniProof(byte[] Third, string Fingerprint);
