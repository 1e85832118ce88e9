namespace Harness.Sessions.Tls;

/// <summary>TLS around a broker of plain MQTT: the broker's end, and an end for each device that comes through it.</summary>
/// <remarks>Under tls-client and tls-psk a device is let in under the name alone that its certificate or key proves. Certificates and keys are made anew and live in this process alone.</remarks>
public sealed class TlsEntrance : IAsyncDisposable
{
    private const string Name = "broker.test";
    private readonly LabCertificates _certificates = new();
    private readonly List<IAsyncDisposable> _ends = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(16);
    private readonly string _scheme;
    private readonly TimeSpan _limit;

    /// <summary>Opens the broker's end.</summary>
    /// <param name="scheme">One of <see cref="SchemeNames.OfTls"/>.</param>
    /// <param name="broker">The broker of plain MQTT.</param>
    /// <param name="limit">Longest time of a handshake.</param>
    public TlsEntrance(string scheme, IPEndPoint broker, TimeSpan limit)
    {
        (_scheme, _limit) = (scheme, limit);
        var server = scheme == SchemeNames.TlsPsk ? TlsEnds.PskServer(_ => _key)
            : TlsEnds.Server(_certificates.Issue(Name), clientAuthority: scheme == SchemeNames.TlsClient ? _certificates.Authority : null);
        var end = TlsRelay.Start(broker, server, limit: limit, admit: scheme == SchemeNames.Tls ? null : TlsEnds.IsOwnName);
        _ends.Add(end);
        Endpoint = end.Endpoint;
    }

    /// <summary>The broker's end, where TLS is spoken.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Opens an end for a device, which speaks plain MQTT to it.</summary>
    /// <param name="client">Its ClientId.</param>
    /// <param name="through">A place on the way, such as a tap; null for the broker's end itself.</param>
    public IPEndPoint For(string client, IPEndPoint? through = null)
    {
        var end = _scheme == SchemeNames.TlsPsk ? TlsEnds.PskClient(client, _key)
            : TlsEnds.Client(Name, _certificates.Authority, certificate: _scheme == SchemeNames.TlsClient ? _certificates.Issue(client) : null);
        var relay = TlsRelay.Start(through ?? Endpoint, connect: end, limit: _limit);
        _ends.Add(relay);
        return relay.Endpoint;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var end in Enumerable.Reverse(_ends))
        {
            await end.DisposeAsync().ConfigureAwait(false);
        }

        _certificates.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }
}
