namespace Harness.Bench.Vectors;

/// <summary>One case of a file of test vectors: an item of a section's list.</summary>
/// <param name="Section">Name of the section, such as <c>augpake</c>.</param>
/// <param name="Index">Index in the section, from 0.</param>
public abstract record VectorCase(string Section, int Index)
{
    /// <summary>Place of the case as in an error: <c>augpake[3]</c>.</summary>
    public string Id => $"{Section}[{Index}]";

    /// <summary>A short description without secrets.</summary>
    public abstract string Summary { get; }

    /// <summary>Gives the place only: a case holds passwords and keys.</summary>
    public sealed override string ToString() => Id;
}

/// <summary>A whole AugPAKE handshake with given scalars (section <c>augpake</c> of tests/vectors/README.md). Elements and keys are bytes, big-endian.</summary>
public sealed record AugPakeCase(int Index) : VectorCase(VectorFile.AugPake, Index)
{
    /// <summary>Group name.</summary>
    public required string Group { get; init; }

    /// <summary>Profile name.</summary>
    public required string Profile { get; init; }

    /// <summary>C, the client's name.</summary>
    public required string Client { get; init; }

    /// <summary>S, the server's name.</summary>
    public required string Server { get; init; }

    /// <summary>The password, before SASLprep.</summary>
    public required string Password { get; init; }

    /// <summary>The client's scalar x.</summary>
    public required byte[] SmallX { get; init; }

    /// <summary>The server's scalar y.</summary>
    public required byte[] SmallY { get; init; }

    /// <summary>w', minimal length.</summary>
    public required byte[] SmallW { get; init; }

    /// <summary>W = g^w'.</summary>
    public required byte[] W { get; init; }

    /// <summary>X = g^x.</summary>
    public required byte[] X { get; init; }

    /// <summary>r, minimal length.</summary>
    public required byte[] R { get; init; }

    /// <summary>Y = (X·W^r)^y.</summary>
    public required byte[] Y { get; init; }

    /// <summary>K = g^y.</summary>
    public required byte[] K { get; init; }

    /// <summary>V_C, the client's authenticator.</summary>
    public required byte[] Vc { get; init; }

    /// <summary>V_S, the server's authenticator.</summary>
    public required byte[] Vs { get; init; }

    /// <summary>SK, 32 bytes.</summary>
    public required byte[] Sk { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Group} {Profile}";
}

/// <summary>An element that a group must refuse (section <c>augpake_reject</c>).</summary>
public sealed record RejectCase(int Index) : VectorCase(VectorFile.AugPakeReject, Index)
{
    /// <summary>Group name.</summary>
    public required string Group { get; init; }

    /// <summary>The reason for which it must be refused.</summary>
    public required string Reason { get; init; }

    /// <summary>The element, of any length.</summary>
    public required byte[] Element { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Group} {Reason}";
}

/// <summary>One block of PRESENT (section <c>present</c>).</summary>
public sealed record PresentCase(int Index) : VectorCase(VectorFile.Present, Index)
{
    /// <summary>The key, 10 or 16 bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The plaintext, 8 bytes.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>The ciphertext, 8 bytes.</summary>
    public required byte[] Ciphertext { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"PRESENT-{Key.Length * 8}";
}

/// <summary>A message in each mode (section <c>present_modes</c>).</summary>
public sealed record ModesCase(int Index) : VectorCase(VectorFile.PresentModes, Index)
{
    /// <summary>The key, 10 or 16 bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>8 bytes: the start of CTR's counter block, and EAX's nonce.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>EAX's associated data.</summary>
    public required byte[] Ad { get; init; }

    /// <summary>The plaintext, of any length.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>The ciphertext in ECB with PKCS#7 padding.</summary>
    public required byte[] EcbPkcs7 { get; init; }

    /// <summary>The ciphertext in CTR.</summary>
    public required byte[] CtrIvNonce { get; init; }

    /// <summary>CMAC of the plaintext, 8 bytes.</summary>
    public required byte[] Cmac { get; init; }

    /// <summary>The ciphertext in EAX, without its tag.</summary>
    public required byte[] EaxCiphertext { get; init; }

    /// <summary>EAX's tag, 8 bytes.</summary>
    public required byte[] EaxTag { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"PRESENT-{Key.Length * 8}, {Plaintext.Length} bytes";
}

/// <summary>Keys and a payload of MQTT-PRESENT (section <c>mqtt_present</c> of tests/vectors/README.md).</summary>
public sealed record MqttPresentCase(int Index) : VectorCase(VectorFile.MqttPresent, Index)
{
    /// <summary>SKp, the publisher's session key, 32 bytes.</summary>
    public required byte[] PublisherKey { get; init; }

    /// <summary>SKs, the subscriber's session key, 32 bytes.</summary>
    public required byte[] SubscriberKey { get; init; }

    /// <summary>Ks, the traffic key, 32 bytes.</summary>
    public required byte[] TrafficKey { get; init; }

    /// <summary>PRESENT's key size in bits, 80 or 128.</summary>
    public required int KeyBits { get; init; }

    /// <summary>Ks wrapped under SKp.</summary>
    public required byte[] WrappedForPublisher { get; init; }

    /// <summary>Ks wrapped under SKs.</summary>
    public required byte[] WrappedForSubscriber { get; init; }

    /// <summary>The plaintext payload.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The payload encrypted under Ks.</summary>
    public required byte[] Published { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"PRESENT-{KeyBits}, {Payload.Length} bytes";
}

/// <summary>A message under AES-128-GCM (section <c>aes128_gcm</c>, SP 800-38D).</summary>
public sealed record AesGcmCase(int Index) : VectorCase(VectorFile.AesGcm, Index)
{
    /// <summary>The key, 16 bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The nonce, 12 bytes.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>Associated data.</summary>
    public required byte[] Ad { get; init; }

    /// <summary>The plaintext, of any length.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>The ciphertext, of the plaintext's length.</summary>
    public required byte[] Ciphertext { get; init; }

    /// <summary>The tag, 16 bytes.</summary>
    public required byte[] Tag { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"AES-128-GCM, {Plaintext.Length} bytes";
}

/// <summary>A payload on one hop of augmqtt or mqtt-auth (section <c>hop_seal</c> of tests/vectors/README.md).</summary>
public sealed record HopSealCase(int Index) : VectorCase(VectorFile.HopSeal, Index)
{
    /// <summary>Highest counter reached by sealing; a case with a higher one is only opened.</summary>
    public const ulong MaximumSealed = 4;

    /// <summary>SK, 32 bytes, of which the first 16 are used.</summary>
    public required byte[] Sk { get; init; }

    /// <summary>The direction of the hop.</summary>
    public required HopDirection Direction { get; init; }

    /// <summary>The message counter.</summary>
    public required ulong Counter { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The plaintext, of any length.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>The sealed payload: nonce ‖ ciphertext ‖ tag.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The nonce from direction and counter, 12 bytes.</summary>
    public byte[] Nonce
    {
        get
        {
            var nonce = new byte[12];
            nonce[3] = (byte)Direction;
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), Counter);
            return nonce;
        }
    }

    /// <inheritdoc/>
    public override string Summary => $"{(Direction == HopDirection.ToBroker ? "to" : "from")} the broker, {Plaintext.Length} bytes";
}
