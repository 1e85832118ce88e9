using Harness.Sessions.Esfahani;

namespace Harness.Adversary.Claims.Esfahani;

/// <summary>A login of a sensor, as it ended and as the wire saw it.</summary>
/// <param name="Fingerprint">Fingerprint of SK at the sensor; null where there is none.</param>
/// <param name="Client">The sensor's name as the router read it; null where the router refused.</param>
/// <param name="AtRouter">Fingerprint of SK at the router; null where the router refused.</param>
/// <param name="Refused">The side and the reason of a refusal; null where there was none.</param>
/// <param name="Messages">The messages on the wire, in order: up to three.</param>
public sealed record EsfahaniRun(string? Fingerprint, string? Client, string? AtRouter, string? Refused, IReadOnlyList<byte[]> Messages)
{
    /// <summary>True where both ends have a key, and the same.</summary>
    public bool Agreed => Fingerprint is not null && Fingerprint == AtRouter;
}

/// <summary>A lab of Esfahani et al. 2019: the server, a broker that is its router, and a tap in front of it.</summary>
public sealed class EsfahaniLab : IAsyncDisposable
{
    private readonly EsfahaniServer _server = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<EsfahaniEstablished>> _established = new();
    private readonly TimeSpan _timeout;
    private BrokerWithTap _broker = null!;

    private EsfahaniLab(TimeSpan timeout) => _timeout = timeout;

    /// <summary>The adversary at the tap.</summary>
    public Tap Tap { get; } = new();

    /// <summary>The bytes at the tap.</summary>
    public IReadOnlyList<CapturedBytes> Capture => _broker.Proxy.Capture;

    /// <summary>A router of the lab as the server makes it: who has one has PSK.</summary>
    internal EsfahaniRouter Router => _server.CreateRouter();

    /// <summary>Starts broker and tap.</summary>
    /// <param name="timeout">Longest time of a login.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<EsfahaniLab> OpenAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var lab = new EsfahaniLab(timeout);
        var authenticator = new EsfahaniAuthenticator(lab.Router);
        authenticator.Established += e => lab.Of(e.ClientId).TrySetResult(e);
        lab._broker = await BrokerWithTap.StartAsync(
            new MqttBrokerOptions { Authenticator = authenticator, HandshakeTimeout = timeout }, lab.Tap, cancellationToken).ConfigureAwait(false);
        return lab;
    }

    /// <summary>Puts a link with faults at the tap.</summary>
    public void SetLink(LinkConditions conditions) => _broker.Proxy.SetLink(conditions);

    /// <summary>Registers a sensor at the server.</summary>
    /// <param name="client">1 to 32 bytes of UTF-8.</param>
    public EsfahaniCredentials Register(string client) => _server.Register(client);

    /// <summary>Logs a sensor in at the lab's router, through the tap.</summary>
    /// <exception cref="MqttException">The rig broke: no end within the time-out, or a lost connection.</exception>
    public Task<EsfahaniRun> LogInAsync(IEsfahaniSensor sensor, CancellationToken cancellationToken) => LogInAsync(sensor, _broker.Proxy.Endpoint, isRouter: true, cancellationToken);

    /// <summary>Logs a sensor in at another router, which is the adversary's.</summary>
    /// <inheritdoc cref="LogInAsync(IEsfahaniSensor, CancellationToken)" path="/exception"/>
    public Task<EsfahaniRun> LogInAsync(IEsfahaniSensor sensor, IPEndPoint router, CancellationToken cancellationToken) => LogInAsync(sensor, router, isRouter: false, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync().ConfigureAwait(false);
        _server.Dispose();
        foreach (var key in _established.Values.Where(e => e.Task.IsCompletedSuccessfully).Select(e => e.Task.Result.Key))
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task<EsfahaniRun> LogInAsync(IEsfahaniSensor sensor, IPEndPoint endpoint, bool isRouter, CancellationToken cancellationToken)
    {
        var clientId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var login = new EsfahaniLogin(sensor);
        try
        {
            var client = await MqttClient.ConnectAsync(
                new MqttClientOptions { Host = endpoint.Address.ToString(), Port = endpoint.Port, ClientId = clientId, Timeout = _timeout, Authentication = login }, cancellationToken).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                var at = isRouter ? await Of(clientId).Task.WaitAsync(_timeout, cancellationToken).ConfigureAwait(false) : null;
                return new EsfahaniRun(login.Fingerprint, at?.Client, at is null ? null : Fingerprints.Of(at.Key), null, Seen(clientId));
            }
        }
        catch (PartyRefusedException e)
        {
            return new EsfahaniRun(null, null, null, $"the sensor: {e.Message}", Seen(clientId));
        }
        catch (MqttRefusedException e)
        {
            return new EsfahaniRun(login.Fingerprint, null, null, $"the router: {e.Message}", Seen(clientId));
        }
    }

    private List<byte[]> Seen(string clientId)
    {
        var seen = Tap.Seen;
        var connection = seen.FirstOrDefault(p => p.Packet is ConnectPacket connect && connect.ClientId == clientId)?.Connection;
        return [.. seen.Where(p => p.Connection == connection)
            .Select(p => p.Packet switch { ConnectPacket c => c.AuthenticationData, AuthPacket a => a.AuthenticationData, _ => null }).OfType<byte[]>()];
    }

    private TaskCompletionSource<EsfahaniEstablished> Of(string clientId) => _established.GetOrAdd(clientId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
