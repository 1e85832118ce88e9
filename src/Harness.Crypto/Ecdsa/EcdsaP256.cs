namespace Harness.Crypto.Ecdsa;

/// <summary>Deterministic ECDSA on P-256 with SHA-256 (RFC 6979; FIPS 186-5), in constant time on the group's own arithmetic.</summary>
/// <remarks>A device without a good generator may sign: the nonce comes from key and message. Verification is the platform's.</remarks>
public static class EcdsaP256
{
    /// <summary>Bytes of a private key: 32, big-endian.</summary>
    public const int PrivateKeySize = 32;

    /// <summary>Bytes of a public key: 65, an uncompressed point.</summary>
    public const int PublicKeySize = 65;

    /// <summary>Bytes of a signature: r and s, 32 each, big-endian.</summary>
    public const int SignatureSize = 64;

    private static readonly AugPakeGroup _group = AugPakeGroup.P256;

    /// <summary>Computes the public key of a private one.</summary>
    /// <param name="privateKey">32 bytes, 1 to q-1.</param>
    /// <returns>65 bytes.</returns>
    /// <exception cref="ArgumentException">No such private key.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        Check(privateKey);
        return _group.PowerOfGenerator(privateKey);
    }

    /// <summary>Signs a message.</summary>
    /// <param name="privateKey">32 bytes, 1 to q-1.</param>
    /// <param name="message">Any length; hashed by SHA-256.</param>
    /// <returns>64 bytes, the same for the same key and message.</returns>
    /// <exception cref="ArgumentException">No such private key.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        Check(privateKey);
        Span<byte> hash = stackalloc byte[32];
        OperationCounts.CountHash(1, message.Length);
        SHA256.HashData(message, hash);
        MontgomeryField.Reduce(hash, _group.Order, hash);
        var candidates = new NonceGenerator(privateKey, hash);
        Span<byte> nonce = stackalloc byte[32];
        var signature = new byte[SignatureSize];
        try
        {
            while (true)
            {
                candidates.Next(nonce);
                if (_group.IsScalar(nonce) && TrySign(privateKey, hash, nonce, signature))
                {
                    return signature;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nonce);
            candidates.Clear();
        }
    }

    /// <summary>Verifies a signature.</summary>
    /// <param name="publicKey">Any bytes; others than a point of the curve in 65 bytes are refused.</param>
    /// <param name="message">The message.</param>
    /// <param name="signature">Any bytes; others than 64 are refused.</param>
    /// <returns>True where key and message have this signature. Never throws.</returns>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!_group.IsAcceptable(publicKey) || signature.Length != SignatureSize)
        {
            return false;
        }

        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = publicKey[1..33].ToArray(), Y = publicKey[33..].ToArray() },
        });
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>r = (g^k).x mod q, s = k⁻¹(h + r·d) mod q; false where one of them is zero.</summary>
    private static bool TrySign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> nonce, Span<byte> signature)
    {
        Span<byte> inverse = stackalloc byte[32];
        Span<byte> sum = stackalloc byte[32];
        var r = signature[..32];
        var s = signature[32..];
        MontgomeryField.Reduce(_group.PowerOfGenerator(nonce).AsSpan(1, 32), _group.Order, r);
        _group.InvertScalar(nonce, inverse);
        _group.Scalars.Multiply(r, privateKey, sum);
        _group.Scalars.Add(sum, hash, sum);
        _group.Scalars.Multiply(inverse, sum, s);
        CryptographicOperations.ZeroMemory(inverse);
        CryptographicOperations.ZeroMemory(sum);
        return r.ContainsAnyExcept((byte)0) && s.ContainsAnyExcept((byte)0);
    }

    private static void Check(ReadOnlySpan<byte> privateKey)
    {
        if (!_group.IsScalar(privateKey))
        {
            throw new ArgumentException($"A private key has {PrivateKeySize} bytes with a value from 1 to q-1; this one has {privateKey.Length}.", nameof(privateKey));
        }
    }

    /// <summary>HMAC-DRBG as RFC 6979 section 3.2 runs it; q has as many bits as the hash, so a candidate is one HMAC.</summary>
    private sealed class NonceGenerator
    {
        private byte[] _key = new byte[32];
        private byte[] _value = new byte[32];
        private bool _used;

        public NonceGenerator(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash)
        {
            Array.Fill(_value, (byte)1);
            Update(0, [.. privateKey, .. hash]);
            Update(1, [.. privateKey, .. hash]);
        }

        public void Next(Span<byte> candidate)
        {
            if (_used)
            {
                Update(0, []);
            }

            _value = KeyDerivation.Hmac(_key, _value);
            _value.CopyTo(candidate);
            _used = true;
        }

        public void Clear()
        {
            CryptographicOperations.ZeroMemory(_key);
            CryptographicOperations.ZeroMemory(_value);
        }

        private void Update(byte mark, byte[] data)
        {
            byte[] input = [.. _value, mark, .. data];
            _key = KeyDerivation.Hmac(_key, input);
            _value = KeyDerivation.Hmac(_key, _value);
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(data);
        }
    }
}
