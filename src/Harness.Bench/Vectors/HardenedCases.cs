namespace Harness.Bench.Vectors;

/// <summary>A case of the scheme hardened (tests/vectors/hardened.json).</summary>
/// <param name="Section">Name of the section.</param>
/// <param name="Index">Index in the section, from 0.</param>
public abstract record HardenedCase(string Section, int Index) : VectorCase(Section, Index);

/// <summary>A pseudonym (section <c>pseudonyms</c>).</summary>
public sealed record PseudonymCase(int Index) : HardenedCase(VectorFile.Pseudonyms, Index)
{
    /// <summary>u, 16 bytes.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The number of the login.</summary>
    public required ulong Attempt { get; init; }

    /// <summary>PN_j, 22 hex digits.</summary>
    public required string Pseudonym { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"j = {Attempt}";
}

/// <summary>An AugPAKE run with one more field (sections <c>logins</c>, under a pseudonym, and <c>pair_run</c>, with the field "pair").</summary>
/// <param name="Section">Name of the section.</param>
/// <param name="Index">Index in the section, from 0.</param>
public sealed record BoundRunCase(string Section, int Index) : HardenedCase(Section, Index)
{
    /// <summary>Names, password, scalars and answers, as in section <c>augpake</c>.</summary>
    public required AugPakeCase Run { get; init; }

    /// <summary>u, 16 bytes; null for a pair run.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>The number of the login.</summary>
    public ulong Attempt { get; init; }

    /// <inheritdoc/>
    public override string Summary => Secret is null ? "a pair run" : $"a login under pseudonym {Attempt}";
}

/// <summary>A message under Ascon-AEAD128, or PRESENT-128 in EAX with a nonce of 16 bytes (sections <c>ascon</c> and <c>eax</c>).</summary>
/// <param name="Section">Name of the section.</param>
/// <param name="Index">Index in the section, from 0.</param>
public sealed record SealedCase(string Section, int Index) : HardenedCase(Section, Index)
{
    /// <summary>The key, 16 bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The nonce, 16 bytes.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>Associated data.</summary>
    public required byte[] Ad { get; init; }

    /// <summary>The plaintext, of any length.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>Ciphertext and tag.</summary>
    public required byte[] Sealed { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Plaintext.Length} bytes";
}

/// <summary>An ECDSA signature (section <c>signatures</c>, RFC 6979).</summary>
public sealed record SignatureCase(int Index) : HardenedCase(VectorFile.Signatures, Index)
{
    /// <summary>The private key, 32 bytes.</summary>
    public required byte[] Private { get; init; }

    /// <summary>The public key, 65 bytes.</summary>
    public required byte[] Public { get; init; }

    /// <summary>The message, of any length.</summary>
    public required byte[] Message { get; init; }

    /// <summary>r and s, 64 bytes.</summary>
    public required byte[] Signature { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Message.Length} bytes";
}

/// <summary>Keys, pair messages and messages of an epoch under one cipher (section <c>schemes</c>).</summary>
public sealed record EpochCase(int Index) : HardenedCase(VectorFile.Schemes, Index)
{
    /// <summary>The cipher.</summary>
    public required HardenedCipher Cipher { get; init; }

    /// <summary>SK, 32 bytes.</summary>
    public required byte[] Sk { get; init; }

    /// <summary>The topic as the devices know it.</summary>
    public required string Topic { get; init; }

    /// <summary>The epoch's number, TK and sender, and the counter of its first message.</summary>
    public required (uint Epoch, byte[] TopicKey, uint Sender, ulong Next) Keys { get; init; }

    /// <summary>The pair topic of the client.</summary>
    public required string PairTopic { get; init; }

    /// <summary>The topic on the wire.</summary>
    public required string WireTopic { get; init; }

    /// <summary>Messages of the pair topic: direction, count, peer, body, bytes on the wire.</summary>
    public required IReadOnlyList<(int Direction, ulong Count, string Peer, byte[] Body, byte[] Wire)> PairMessages { get; init; }

    /// <summary>Messages of the epoch: counter, content (plaintext and signature), bytes on the wire.</summary>
    public required IReadOnlyList<(ulong Counter, byte[] Content, byte[] Wire)> Messages { get; init; }

    /// <inheritdoc/>
    public override string Summary => Cipher.Name;
}
