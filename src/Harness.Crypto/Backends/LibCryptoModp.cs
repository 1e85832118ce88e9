namespace Harness.Crypto.Backends;

/// <summary>A prime field on BN_mod_exp_mont_consttime; the Montgomery context is made once for the group.</summary>
internal sealed unsafe class LibCryptoModp : IGroupArithmetic
{
    private readonly LibCryptoBackend _backend;
    private readonly LibCryptoApi _lib;
    private readonly byte[] _generator;
    private readonly nint _modulus;
    private readonly nint _montgomery;

    public LibCryptoModp(LibCryptoBackend backend, LibCryptoApi lib, byte[] modulus, byte[] generator)
    {
        _backend = backend;
        _lib = lib;
        _generator = generator;
        ElementLength = modulus.Length;

        // Both live as long as the group, which is as long as the process; after this they are only read, so threads share them.
        _modulus = backend.Number(modulus);
        _montgomery = LibCryptoBackend.Check(lib.BN_MONT_CTX_new());
        var context = backend.RentContext();
        LibCryptoBackend.Check(lib.BN_MONT_CTX_set(_montgomery, _modulus, context));
        backend.ReturnContext(context);
    }

    public int ElementLength { get; }

    public bool TryPowerOfGenerator(ReadOnlySpan<byte> exponent, Span<byte> result) => TryPower(_generator, exponent, result);

    public bool TryPower(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result)
    {
        nint b = 0, e = 0, r = 0;
        var context = _backend.RentContext();
        try
        {
            b = _backend.Number(element);
            e = _backend.Number(exponent);
            r = LibCryptoBackend.Check(_lib.BN_new());
            LibCryptoBackend.Check(_lib.BN_mod_exp_mont_consttime(r, b, e, _modulus, context, _montgomery));
            return TryStore(r, result);
        }
        finally
        {
            Release(context, b, e, r);
        }
    }

    public bool TryMultiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result)
    {
        nint x = 0, y = 0;
        var context = _backend.RentContext();
        try
        {
            x = _backend.Number(a);
            y = _backend.Number(b);

            // (a·R)·b/R: one factor in Montgomery form gives the plain product.
            LibCryptoBackend.Check(_lib.BN_to_montgomery(x, x, _montgomery, context));
            LibCryptoBackend.Check(_lib.BN_mod_mul_montgomery(x, x, y, _montgomery, context));
            return TryStore(x, result);
        }
        finally
        {
            Release(context, x, y, 0);
        }
    }

    private bool TryStore(nint value, Span<byte> result)
    {
        fixed (byte* p = result)
        {
            if (_lib.BN_bn2binpad(value, p, result.Length) != result.Length)
            {
                LibCryptoBackend.Check(0);
            }
        }

        // The identity is 1. Compared whole, so that the time says nothing about any other value.
        Span<byte> one = stackalloc byte[result.Length];
        one.Clear();
        one[^1] = 1;
        if (!CryptographicOperations.FixedTimeEquals(one, result))
        {
            return true;
        }

        result.Clear();
        return false;
    }

    private void Release(nint context, nint a, nint b, nint c)
    {
        // BN_clear_free accepts null.
        _lib.BN_clear_free(a);
        _lib.BN_clear_free(b);
        _lib.BN_clear_free(c);
        _backend.ReturnContext(context);
    }
}
