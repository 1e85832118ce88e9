using Harness.Schemes.Esfahani;
using Harness.Schemes.Plain;
using Harness.Schemes.Signed;

namespace Harness.Schemes;

/// <summary>A party that holds its own keys: in-process, or a board behind a serial line. Keys never leave it; fingerprints do.</summary>
/// <remarks>
/// Every call throws <see cref="PartyRefusedException"/> where the party refuses by its own rules. A failure of the rig (silence,
/// garbage, an ended emulator) is no refusal and has its own exceptions in the implementing room.
/// Calls may come from several threads and sessions: a party runs them one at a time.
/// </remarks>
public interface IParty
{
    /// <summary>The name in the rig.</summary>
    string Name { get; }

    /// <summary>The capabilities of the party; nothing beyond them is asked of it.</summary>
    PartyCapabilities Capabilities { get; }

    /// <summary>Wipes provisioning, handshake and keys.</summary>
    ValueTask ResetAsync(CancellationToken cancellationToken);

    /// <summary>Hands over names and password; the party keeps w' and forgets the password.</summary>
    ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken);

    /// <summary>Computes W = g^w', for registration over the wire as MQTT-PRESENT publishes it (paper equation 1). An eavesdropper who learns W can impersonate the broker.</summary>
    /// <exception cref="PartyRefusedException">STATE before provisioning; UNSUPPORTED under another profile than <c>as-published</c>.</exception>
    ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken);

    /// <summary>Starts a handshake; gives X = g^x.</summary>
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

    /// <summary>Encrypts a payload as its scheme does: under Ks (mqtt-present), or for the hop to the broker (augmqtt, mqtt-auth).</summary>
    /// <param name="topic">The topic it is published on, 1 to 64 bytes of UTF-8 (others are TOO-LONG); mqtt-present ignores it.</param>
    /// <param name="plaintext">At most <see cref="PartyCapabilities.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">NO-KEY or TOO-LONG.</exception>
    ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken);

    /// <summary>Decrypts a payload as its scheme does.</summary>
    /// <param name="topic">The topic it came on; mqtt-present ignores it.</param>
    /// <param name="payload">The payload received.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">NO-KEY, TOO-LONG; BAD-PADDING (mqtt-present); BAD-TAG or REPLAY (augmqtt, mqtt-auth); UNSUPPORTED on the
    /// client's own topic of the token service (mqtt-auth): an answer is for <see cref="ITokenHolder.TakeAnswerAsync"/>, as opening it here would reveal the tokens.</exception>
    ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Forgets the hop key of the handshake before the last, which is kept for reading 10 s. Does nothing where there is none.</summary>
    ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken);

    /// <summary>The party's tokens (mqtt-auth).</summary>
    ITokenHolder Tokens { get; }

    /// <summary>The party's pairs and pseudonyms (hardened); null where it was not provisioned for that scheme.</summary>
    IPairParty? Pairs => null;

    /// <summary>The party's password (password); null where it was not provisioned for that scheme.</summary>
    IPlainParty? Plain => null;

    /// <summary>The party's logins by SCRAM-SHA-256 (scram); null where it was not provisioned for that scheme.</summary>
    IScramParty? Scram => null;

    /// <summary>The party as a sensor of esfahani-2019; null where it does not run that scheme.</summary>
    IEsfahaniSensor? Esfahani => null;

    /// <summary>The party's signatures on readings, by the device's own key; null where it has none.</summary>
    IPayloadSigner? Signer => null;

    /// <summary>Reads the operations counted since its last reset, in the units that the papers use.</summary>
    ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken);
}

/// <summary>Counts of the operations computed, in the units that the papers use.</summary>
/// <param name="Hashes">H and H' evaluations (T_h).</param>
/// <param name="Exponentiations">Group exponentiations (T_ex).</param>
/// <param name="Ciphers">Whole messages or wraps encrypted or decrypted (T_ed).</param>
/// <param name="Sha256Blocks">SHA-256 compressions.</param>
/// <param name="CipherBlocks">Block cipher calls.</param>
public readonly record struct OperationTally(long Hashes, long Exponentiations, long Ciphers, long Sha256Blocks, long CipherBlocks)
{
    /// <summary>Gets the tally of a counter.</summary>
    public static OperationTally Of(OperationCounts counted)
    {
        ArgumentNullException.ThrowIfNull(counted);
        return new(counted.Hashes, counted.Exponentiations, counted.Ciphers, counted.Sha256Blocks, counted.CipherBlocks);
    }

    /// <summary>Gets the difference of two tallies.</summary>
    public static OperationTally operator -(OperationTally later, OperationTally earlier) => new(
        later.Hashes - earlier.Hashes, later.Exponentiations - earlier.Exponentiations, later.Ciphers - earlier.Ciphers,
        later.Sha256Blocks - earlier.Sha256Blocks, later.CipherBlocks - earlier.CipherBlocks);

    /// <summary>The sum of two tallies.</summary>
    public static OperationTally operator +(OperationTally one, OperationTally other) => new(
        one.Hashes + other.Hashes, one.Exponentiations + other.Exponentiations, one.Ciphers + other.Ciphers,
        one.Sha256Blocks + other.Sha256Blocks, one.CipherBlocks + other.CipherBlocks);

    /// <summary>Gets the papers' notation: <c>6 Th + 4 Tex + 4 Ted</c>.</summary>
    public override string ToString() => $"{Hashes} Th + {Exponentiations} Tex + {Ciphers} Ted";
}

/// <summary>A value and the time that the party itself measured for it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Ticks">The party's own clock, in the tick unit of its rig entry; null where it has none.</param>
public readonly record struct Timed<T>(T Value, long? Ticks);

/// <summary>The capabilities that a party reports.</summary>
/// <param name="Groups">AugPAKE groups, for example <c>modp2048-q256</c>.</param>
/// <param name="Profiles">AugPAKE profiles, for example <c>as-published</c>.</param>
/// <param name="KeyBits">PRESENT key sizes, 80 and 128.</param>
/// <param name="MaximumPayload">Most plaintext bytes of one seal.</param>
public sealed record PartyCapabilities(
    IReadOnlyList<string> Groups, IReadOnlyList<string> Profiles, IReadOnlyList<int> KeyBits, int MaximumPayload)
{
    /// <summary>Schemes it can run, <see cref="SchemeNames"/>.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = [SchemeNames.MqttPresent];
}

/// <summary>The names, password, group and profile with which a party logs in.</summary>
/// <param name="Client">C, 1 to 64 bytes of UTF-8.</param>
/// <param name="Server">S, 1 to 64 bytes of UTF-8.</param>
/// <param name="Password">The password; never printed.</param>
/// <param name="Group">AugPAKE group.</param>
/// <param name="Profile">AugPAKE profile.</param>
public sealed record PartyIdentity(string Client, string Server, string Password, string Group, string Profile)
{
    /// <summary>The scheme it runs after the handshake, one of <see cref="SchemeNames"/>.</summary>
    public string Scheme { get; init; } = SchemeNames.MqttPresent;

    /// <summary>Its further provisioning under the scheme hardened; else null.</summary>
    public HardenedIdentity? Hardened { get; init; }

    /// <summary>Gets every field but the password.</summary>
    public override string ToString() => $"{Client} at {Server} ({Scheme}, {Group}, {Profile})";
}
