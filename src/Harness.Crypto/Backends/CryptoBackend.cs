using Harness.Crypto.AugPake;

namespace Harness.Crypto.Backends;

/// <summary>The library that does group arithmetic: libcrypto where it is present, BouncyCastle elsewhere.</summary>
/// <remarks>
/// A new <see cref="AugPakeClient"/> or <see cref="AugPakeServer"/> uses <see cref="Current"/>. The environment variable
/// HARNESS_CRYPTO (libcrypto or bouncycastle) sets it for a process, <see cref="Use"/> for one asynchronous flow.
/// </remarks>
public abstract class CryptoBackend
{
    /// <summary>The environment variable that selects the back end of a whole process.</summary>
    public const string Variable = "HARNESS_CRYPTO";

    private static readonly AsyncLocal<CryptoBackend?> _chosen = new();
    private static readonly Lazy<CryptoBackend?> _libCrypto = new(LibCryptoBackend.TryCreate);
    private static readonly Lazy<CryptoBackend> _default = new(() => Choose(Environment.GetEnvironmentVariable(Variable)));

    private protected CryptoBackend()
    {
    }

    /// <summary>libcrypto, or null where no usable one is found.</summary>
    public static CryptoBackend? LibCrypto => _libCrypto.Value;

    /// <summary>BouncyCastle: always available, several times slower, not constant time.</summary>
    public static CryptoBackend BouncyCastle { get; } = new BouncyCastleBackend();

    /// <summary>The back ends usable here, the preferred one first.</summary>
    public static IReadOnlyList<CryptoBackend> Available => LibCrypto is { } native ? [native, BouncyCastle] : [BouncyCastle];

    /// <summary>The back end in force for this asynchronous flow.</summary>
    /// <exception cref="InvalidOperationException">HARNESS_CRYPTO names a back end that is unknown or absent.</exception>
    public static CryptoBackend Current => _chosen.Value ?? _default.Value;

    /// <summary>Short name: libcrypto or bouncycastle.</summary>
    public abstract string Name { get; }

    /// <summary>Name with library and version, for records and reports.</summary>
    public abstract string Description { get; }

    /// <summary>True where its exponentiations are constant time in exponent and base.</summary>
    public abstract bool IsConstantTime { get; }

    /// <summary>Makes this back end current for the calling asynchronous flow until the result is disposed.</summary>
    /// <param name="backend">One of <see cref="Available"/>.</param>
    /// <returns>A scope; disposing it restores the back end before.</returns>
    public static IDisposable Use(CryptoBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var before = _chosen.Value;
        _chosen.Value = backend;
        return new Restore(before);
    }

    /// <summary>Gets the description.</summary>
    /// <returns><see cref="Description"/>.</returns>
    public sealed override string ToString() => Description;

    /// <summary>Arithmetic modulo a prime.</summary>
    internal abstract IGroupArithmetic CreateModp(byte[] modulus, byte[] generator);

    /// <summary>Arithmetic on P-256.</summary>
    internal abstract IGroupArithmetic CreateP256();

    /// <summary>The default back end for a value of the environment variable.</summary>
    internal static CryptoBackend Choose(string? value) => value switch
    {
        null or "" => LibCrypto ?? BouncyCastle,
        "bouncycastle" => BouncyCastle,
        "libcrypto" => LibCrypto ?? throw new InvalidOperationException(
            $"{Variable}=libcrypto, but no usable libcrypto was found; install OpenSSL 1.1.1 or later, or unset {Variable}."),
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; expected libcrypto or bouncycastle, or unset."),
    };

    private sealed class Restore(CryptoBackend? before) : IDisposable
    {
        public void Dispose() => _chosen.Value = before;
    }
}
