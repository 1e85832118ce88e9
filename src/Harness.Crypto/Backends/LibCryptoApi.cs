namespace Harness.Crypto.Backends;

/// <summary>The functions of OpenSSL's libcrypto that group arithmetic needs, from the library that .NET's own cryptography loads.</summary>
/// <remarks>
/// .NET on Linux loads the version that CLR_OPENSSL_VERSION_OVERRIDE names, else the first that is present of a fixed list; this class does the same.
/// Each member is the C function of the same name; pointers are opaque. All exist in OpenSSL 1.1.1 and in 3.x.
/// </remarks>
internal sealed unsafe class LibCryptoApi
{
    public const int ConstantTimeFlag = 4; // BN_FLG_CONSTTIME, openssl/bn.h
    public const int PrimeCurve = 415; // NID_X9_62_prime256v1, openssl/obj_mac.h
    public const int Uncompressed = 4; // POINT_CONVERSION_UNCOMPRESSED, openssl/ec.h

    public readonly delegate* unmanaged<nint> BN_new;
    public readonly delegate* unmanaged<nint, void> BN_clear_free;
    public readonly delegate* unmanaged<byte*, int, nint, nint> BN_bin2bn;
    public readonly delegate* unmanaged<nint, byte*, int, int> BN_bn2binpad;
    public readonly delegate* unmanaged<nint, int, void> BN_set_flags;
    public readonly delegate* unmanaged<nint> BN_CTX_secure_new;
    public readonly delegate* unmanaged<nint, void> BN_CTX_free;
    public readonly delegate* unmanaged<nint> BN_MONT_CTX_new;
    public readonly delegate* unmanaged<nint, nint, nint, int> BN_MONT_CTX_set;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, int> BN_mod_exp_mont_consttime;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> BN_mod_mul_montgomery;
    public readonly delegate* unmanaged<nint, nint, nint, nint, int> BN_to_montgomery;
    public readonly delegate* unmanaged<int, nint> EC_GROUP_new_by_curve_name;
    public readonly delegate* unmanaged<nint, nint> EC_POINT_new;
    public readonly delegate* unmanaged<nint, void> EC_POINT_clear_free;
    public readonly delegate* unmanaged<nint, nint, byte*, nuint, nint, int> EC_POINT_oct2point;
    public readonly delegate* unmanaged<nint, nint, int, byte*, nuint, nint, nuint> EC_POINT_point2oct;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, int> EC_POINT_mul;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> EC_POINT_add;
    public readonly delegate* unmanaged<nint, nint, int> EC_POINT_is_at_infinity;

    private LibCryptoApi(string file, nint library)
    {
        nint Get(string name) => NativeLibrary.GetExport(library, name);
        BN_new = (delegate* unmanaged<nint>)Get(nameof(BN_new));
        BN_clear_free = (delegate* unmanaged<nint, void>)Get(nameof(BN_clear_free));
        BN_bin2bn = (delegate* unmanaged<byte*, int, nint, nint>)Get(nameof(BN_bin2bn));
        BN_bn2binpad = (delegate* unmanaged<nint, byte*, int, int>)Get(nameof(BN_bn2binpad));
        BN_set_flags = (delegate* unmanaged<nint, int, void>)Get(nameof(BN_set_flags));
        BN_CTX_secure_new = (delegate* unmanaged<nint>)Get(nameof(BN_CTX_secure_new));
        BN_CTX_free = (delegate* unmanaged<nint, void>)Get(nameof(BN_CTX_free));
        BN_MONT_CTX_new = (delegate* unmanaged<nint>)Get(nameof(BN_MONT_CTX_new));
        BN_MONT_CTX_set = (delegate* unmanaged<nint, nint, nint, int>)Get(nameof(BN_MONT_CTX_set));
        BN_mod_exp_mont_consttime =
            (delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)Get(nameof(BN_mod_exp_mont_consttime));
        BN_mod_mul_montgomery = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)Get(nameof(BN_mod_mul_montgomery));
        BN_to_montgomery = (delegate* unmanaged<nint, nint, nint, nint, int>)Get(nameof(BN_to_montgomery));
        EC_GROUP_new_by_curve_name = (delegate* unmanaged<int, nint>)Get(nameof(EC_GROUP_new_by_curve_name));
        EC_POINT_new = (delegate* unmanaged<nint, nint>)Get(nameof(EC_POINT_new));
        EC_POINT_clear_free = (delegate* unmanaged<nint, void>)Get(nameof(EC_POINT_clear_free));
        EC_POINT_oct2point = (delegate* unmanaged<nint, nint, byte*, nuint, nint, int>)Get(nameof(EC_POINT_oct2point));
        EC_POINT_point2oct =
            (delegate* unmanaged<nint, nint, int, byte*, nuint, nint, nuint>)Get(nameof(EC_POINT_point2oct));
        EC_POINT_mul = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)Get(nameof(EC_POINT_mul));
        EC_POINT_add = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)Get(nameof(EC_POINT_add));
        EC_POINT_is_at_infinity = (delegate* unmanaged<nint, nint, int>)Get(nameof(EC_POINT_is_at_infinity));
        var version = (delegate* unmanaged<int, nint>)Get("OpenSSL_version");
        Description = $"{Marshal.PtrToStringUTF8(version(0))} ({file})";
    }

    public string Description { get; }

    /// <summary>The first library of the list that loads and has every function, or null.</summary>
    public static LibCryptoApi? TryLoad(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            if (!NativeLibrary.TryLoad(file, out var library))
            {
                continue;
            }

            try
            {
                return new LibCryptoApi(file, library);
            }
            catch (EntryPointNotFoundException)
            {
                // Older than 1.1.1, or another library of that name: not usable, but a later name may be.
                NativeLibrary.Free(library);
            }
        }

        return null;
    }

    /// <summary>The library names to try here, the preferred one first.</summary>
    public static IEnumerable<string> Candidates()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        if (Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } version)
        {
            yield return $"libcrypto.so.{version}";
        }

        yield return "libcrypto.so.3";
        yield return "libcrypto.so.1.1";
    }
}
