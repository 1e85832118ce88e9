namespace Harness.Crypto.Tests.Backends;

/// <summary>The back ends to run a fixture with, by name; libcrypto is expected wherever .NET's own cryptography works on Linux.</summary>
internal static class GroupBackends
{
    public static IEnumerable<string> Names() => CryptoBackend.Available.Select(b => b.Name);

    public static CryptoBackend ByName(string name) => CryptoBackend.Available.Single(b => b.Name == name);
}
