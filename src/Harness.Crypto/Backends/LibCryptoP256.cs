namespace Harness.Crypto.Backends;

/// <summary>P-256 on EC_POINT_mul, which is constant time for one scalar (nistz256 or a ladder, by platform).</summary>
internal sealed unsafe class LibCryptoP256(LibCryptoBackend backend, LibCryptoApi lib) : IGroupArithmetic
{
    // Lives as long as the process and is only read, so threads share it.
    private readonly nint _group = LibCryptoBackend.Check(lib.EC_GROUP_new_by_curve_name(LibCryptoApi.PrimeCurve));

    public int ElementLength => 65;

    public bool TryPowerOfGenerator(ReadOnlySpan<byte> exponent, Span<byte> result) => TryMultiple(default, exponent, result);

    public bool TryPower(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result) =>
        TryMultiple(element, exponent, result);

    public bool TryMultiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result)
    {
        nint p = 0, q = 0;
        var context = backend.RentContext();
        try
        {
            p = Point(a, context);
            q = Point(b, context);
            LibCryptoBackend.Check(lib.EC_POINT_add(_group, p, p, q, context));
            return TryStore(p, result, context);
        }
        finally
        {
            lib.EC_POINT_clear_free(p);
            lib.EC_POINT_clear_free(q);
            backend.ReturnContext(context);
        }
    }

    /// <summary>Multiplies the element, or the generator where element is empty.</summary>
    private bool TryMultiple(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result)
    {
        nint p = 0, n = 0, r = 0;
        var context = backend.RentContext();
        try
        {
            n = backend.Number(exponent);
            r = LibCryptoBackend.Check(lib.EC_POINT_new(_group));
            if (element.IsEmpty)
            {
                LibCryptoBackend.Check(lib.EC_POINT_mul(_group, r, n, 0, 0, context));
            }
            else
            {
                p = Point(element, context);
                LibCryptoBackend.Check(lib.EC_POINT_mul(_group, r, 0, p, n, context));
            }

            return TryStore(r, result, context);
        }
        finally
        {
            lib.BN_clear_free(n);
            lib.EC_POINT_clear_free(p);
            lib.EC_POINT_clear_free(r);
            backend.ReturnContext(context);
        }
    }

    /// <summary>The group has accepted the 65 bytes before; the library's lenient forms (compressed, hybrid) never reach it.</summary>
    private nint Point(ReadOnlySpan<byte> element, nint context)
    {
        var point = LibCryptoBackend.Check(lib.EC_POINT_new(_group));
        fixed (byte* bytes = element)
        {
            if (lib.EC_POINT_oct2point(_group, point, bytes, (nuint)element.Length, context) != 1)
            {
                lib.EC_POINT_clear_free(point);
                LibCryptoBackend.Check(0);
            }
        }

        return point;
    }

    private bool TryStore(nint point, Span<byte> result, nint context)
    {
        result.Clear();
        if (lib.EC_POINT_is_at_infinity(_group, point) == 1)
        {
            return false;
        }

        fixed (byte* bytes = result)
        {
            var written = lib.EC_POINT_point2oct(_group, point, LibCryptoApi.Uncompressed, bytes, (nuint)result.Length, context);
            LibCryptoBackend.Check(written == (nuint)result.Length ? 1 : 0);
        }

        return true;
    }
}
