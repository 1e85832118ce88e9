using Harness.Crypto.Ascon;
using Harness.Crypto.Present;

namespace Harness.Schemes.Hardened;

/// <summary>The authenticated ciphers of the scheme: every party of a rig uses the same one, with keys and nonces of 16 bytes.</summary>
public abstract class HardenedCipher
{
    /// <summary>Bytes of a key: 16.</summary>
    public const int KeySize = 16;

    /// <summary>Bytes of a nonce: 16.</summary>
    public const int NonceSize = 16;

    private HardenedCipher(string name, int tagSize) => (Name, TagSize) = (name, tagSize);

    /// <summary>PRESENT-128 in EAX, 8-byte tag.</summary>
    public static HardenedCipher PresentEax { get; } = new Present();

    /// <summary>Ascon-AEAD128 (NIST SP 800-232), 16-byte tag.</summary>
    public static HardenedCipher Ascon { get; } = new AsconAead();

    /// <summary>Both.</summary>
    public static IReadOnlyList<HardenedCipher> All { get; } = [PresentEax, Ascon];

    /// <summary>Name in rigs and vectors.</summary>
    public string Name { get; }

    /// <summary>Bytes of a tag.</summary>
    public int TagSize { get; }

    /// <summary>Finds the cipher of a name.</summary>
    /// <exception cref="ArgumentException">Unknown; the message lists the known ones.</exception>
    public static HardenedCipher ByName(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"Unknown cipher '{name}'; expected one of {string.Join(", ", All.Select(c => c.Name))}.", nameof(name));

    /// <summary>Sets up a key, for many messages.</summary>
    /// <param name="key">16 bytes; copied.</param>
    internal abstract IKeyed With(ReadOnlySpan<byte> key);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>A cipher with its key. Not thread-safe; disposing it clears the key.</summary>
    internal interface IKeyed : IDisposable
    {
        /// <summary>Seals; gives ciphertext and tag.</summary>
        byte[] Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext);

        /// <summary>Opens; false where the tag is wrong or missing.</summary>
        bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, [NotNullWhen(true)] out byte[]? plaintext);
    }

    private sealed class Present() : HardenedCipher("present128-eax", Crypto.Present.PresentEax.TagSize)
    {
        internal override IKeyed With(ReadOnlySpan<byte> key) => new Keyed(new PresentEax(key));

        private sealed class Keyed(PresentEax eax) : IKeyed
        {
            public byte[] Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext) =>
                eax.Seal(nonce, associatedData, plaintext);

            public bool TryOpen(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, [NotNullWhen(true)] out byte[]? plaintext) =>
                eax.TryOpen(nonce, associatedData, sealedBytes, out plaintext);

            public void Dispose() => eax.Dispose();
        }
    }

    private sealed class AsconAead() : HardenedCipher("ascon-aead128", AsconAead128.TagSize)
    {
        internal override IKeyed With(ReadOnlySpan<byte> key) => new Keyed(key);

        private sealed class Keyed : IKeyed
        {
            private readonly byte[] _key = GC.AllocateArray<byte>(KeySize, pinned: true);

            public Keyed(ReadOnlySpan<byte> key) => key.CopyTo(_key);

            public byte[] Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext) =>
                AsconAead128.Seal(_key, nonce, associatedData, plaintext);

            public bool TryOpen(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, [NotNullWhen(true)] out byte[]? plaintext) =>
                AsconAead128.TryOpen(_key, nonce, associatedData, sealedBytes, out plaintext);

            public void Dispose() => CryptographicOperations.ZeroMemory(_key);
        }
    }
}
