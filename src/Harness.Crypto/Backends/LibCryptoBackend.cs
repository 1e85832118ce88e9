using System.Collections.Concurrent;

namespace Harness.Crypto.Backends;

/// <summary>Group arithmetic on libcrypto: constant time in exponent and base, and every number made here is cleared after use.</summary>
/// <remarks>
/// Scratch numbers inside a pooled BN_CTX belong to the library: the next operation overwrites them. BN_mod_exp_mont_consttime clears its
/// own table of powers.
/// </remarks>
internal sealed unsafe class LibCryptoBackend : CryptoBackend
{
    private readonly LibCryptoApi _lib;
    private readonly ConcurrentBag<nint> _contexts = [];

    private LibCryptoBackend(LibCryptoApi lib) => _lib = lib;

    public override string Name => "libcrypto";

    public override string Description => _lib.Description;

    public override bool IsConstantTime => true;

    public static CryptoBackend? TryCreate() => LibCryptoApi.TryLoad(LibCryptoApi.Candidates()) is { } lib ? new LibCryptoBackend(lib) : null;

    internal override IGroupArithmetic CreateModp(byte[] modulus, byte[] generator) =>
        new LibCryptoModp(this, _lib, modulus, generator);

    internal override IGroupArithmetic CreateP256() => new LibCryptoP256(this, _lib);

    /// <summary>The pool of BN_CTX. Each serves one thread at a time; the pool grows to the most in use at once and is kept for the life of the process.</summary>
    internal nint RentContext() => _contexts.TryTake(out var context) ? context : Check(_lib.BN_CTX_secure_new());

    internal void ReturnContext(nint context) => _contexts.Add(context);

    /// <summary>A BIGNUM marked constant-time; the caller frees it with BN_clear_free.</summary>
    internal nint Number(ReadOnlySpan<byte> bytes)
    {
        var number = Check(_lib.BN_new());
        fixed (byte* p = bytes)
        {
            if (_lib.BN_bin2bn(p, bytes.Length, number) == 0)
            {
                _lib.BN_clear_free(number);
                throw Failed();
            }
        }

        _lib.BN_set_flags(number, LibCryptoApi.ConstantTimeFlag);
        return number;
    }

    internal static nint Check(nint pointer) => pointer != 0 ? pointer : throw Failed();

    internal static void Check(int result)
    {
        if (result != 1)
        {
            throw Failed();
        }
    }

    private static CryptographicException Failed() => new(
        $"libcrypto refused a group operation; expected success. Set {Variable}=bouncycastle to run without it.");
}
