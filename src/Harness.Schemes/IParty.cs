namespace Harness.Schemes;

/// <summary>A party that holds its own keys: in-process, or a board behind a serial line. Keys never leave it; fingerprints do.</summary>
/// <remarks>
/// Every call throws <see cref="PartyRefusedException"/> where the party refuses by its own rules. What the rig does wrong (silence,
/// garbage, an ended emulator) is no refusal and has its own exceptions in the implementing room.
/// </remarks>
public interface IParty
{
    /// <summary>The name in the rig.</summary>
    string Name { get; }

    /// <summary>What the party can do; it is asked no more.</summary>
    PartyCapabilities Capabilities { get; }

    /// <summary>Wipes provisioning, handshake and keys.</summary>
    ValueTask ResetAsync(CancellationToken cancellationToken);

    /// <summary>Hands over names and password; the party keeps w' and forgets the password.</summary>
    ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken);

    /// <summary>Starts a handshake: X = g^x.</summary>
    ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken);

    /// <summary>Takes S and Y; gives V_C (32 bytes).</summary>
    ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken);

    /// <summary>Takes V_S; gives the fingerprint of SK (16 hex digits).</summary>
    ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken);

    /// <summary>Takes Ks wrapped under SK; gives the fingerprint of Ks (16 hex digits).</summary>
    /// <param name="keyBits">PRESENT's key size, 80 or 128.</param>
    /// <param name="wrap">PRESENT-ECB, PKCS#7, of the 32 bytes of Ks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken);

    /// <summary>Encrypts a payload under the traffic key.</summary>
    ValueTask<Timed<byte[]>> SealAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken);

    /// <summary>Decrypts a payload under the traffic key.</summary>
    ValueTask<Timed<byte[]>> OpenAsync(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken);
}

/// <summary>A value and the time the party itself took for it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Ticks">The party's own clock, in the tick unit of its rig entry; null where it has none.</param>
public readonly record struct Timed<T>(T Value, long? Ticks);

/// <summary>What a party reports it can do.</summary>
/// <param name="Groups">AugPAKE groups, for example <c>modp2048-q256</c>.</param>
/// <param name="Profiles">AugPAKE profiles, for example <c>as-published</c>.</param>
/// <param name="KeyBits">PRESENT key sizes, 80 and 128.</param>
/// <param name="MaximumPayload">Most plaintext bytes of one seal.</param>
public sealed record PartyCapabilities(
    IReadOnlyList<string> Groups, IReadOnlyList<string> Profiles, IReadOnlyList<int> KeyBits, int MaximumPayload);

/// <summary>Who a party is and how it logs in.</summary>
/// <param name="Client">C, 1 to 64 bytes of UTF-8.</param>
/// <param name="Server">S, 1 to 64 bytes of UTF-8.</param>
/// <param name="Password">The password; never printed.</param>
/// <param name="Group">AugPAKE group.</param>
/// <param name="Profile">AugPAKE profile.</param>
public sealed record PartyIdentity(string Client, string Server, string Password, string Group, string Profile)
{
    /// <summary>Everything but the password.</summary>
    public override string ToString() => $"{Client} at {Server} ({Group}, {Profile})";
}
