using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Schemes.Esfahani;

/// <summary>The credentials of a sensor, which its registration gives it over a safe channel: ID, f2 = h(f1) and f3 = PSK ⊕ f1, with f1 = h(ID ‖ x).</summary>
/// <param name="Client">The client's name, of which ID is made.</param>
/// <param name="F2">f2, 32 bytes; secret.</param>
/// <param name="F3">f3, 32 bytes; it travels in every message 1.</param>
public sealed record EsfahaniCredentials(string Client, byte[] F2, byte[] F3)
{
    /// <summary>ID, 32 bytes.</summary>
    public byte[] Identity { get; } = EsfahaniFormulas.Identity(Client);

    /// <summary>The name alone: what else there is, is secret or is told by messages.</summary>
    public override string ToString() => Client;
}

/// <summary>The server of Esfahani et al. 2019: it holds x, registers sensors, and gives every router the one PSK.</summary>
public sealed class EsfahaniServer : IDisposable
{
    private readonly byte[] _x = RandomNumberGenerator.GetBytes(Size);
    private readonly byte[] _psk = RandomNumberGenerator.GetBytes(Size);

    /// <summary>Registers a sensor.</summary>
    /// <param name="client">1 to 32 bytes of UTF-8.</param>
    public EsfahaniCredentials Register(string client)
    {
        var f1 = H(Identity(client), _x);
        return new EsfahaniCredentials(client, H(f1), Xor(_psk, f1));
    }

    /// <summary>Makes a router, which holds PSK.</summary>
    public EsfahaniRouter CreateRouter() => new(_psk);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_x);
        CryptographicOperations.ZeroMemory(_psk);
    }
}
