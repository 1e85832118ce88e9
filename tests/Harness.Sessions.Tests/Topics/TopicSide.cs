using System.Threading.Channels;

namespace Harness.Sessions.Tests.Topics;

/// <summary>A server of logins on topics: our broker, or our service at a stock broker. "m4" has an account.</summary>
internal sealed class TopicSide : IAsyncDisposable
{
    public const string Password = "correct horse";
    private readonly SecureBroker? _embedded;
    private readonly StockBroker? _stock;
    private readonly TopicLoginService? _service;
    private readonly Channel<string> _keys = Channel.CreateUnbounded<string>();

    private TopicSide(SecureBroker? embedded, StockBroker? stock, TopicLoginService? service)
    {
        (_embedded, _stock, _service) = (embedded, stock, service);
        if (service is not null)
        {
            service.KeyEstablished += (_, key) =>
            {
                _keys.Writer.TryWrite(key.Fingerprint);
                key.Dispose();
            };
        }
    }

    public IPEndPoint Endpoint => _embedded?.Endpoint ?? _stock!.Endpoint;

    public RecentRecords<LoginRecord> Logins => _embedded?.Logins ?? _service!.Logins;

    public string? Fingerprint(string client) => _embedded is null ? _service!.SessionFingerprint(client) : _embedded.SessionFingerprint(client);

    /// <summary>The key of the client's login that was just completed. A stock broker answers the client while the service still takes the key over.</summary>
    public async Task<string?> NextFingerprintAsync(string client)
    {
        using var limit = new CancellationTokenSource(Bench.Limit);
        return _embedded is null ? await _keys.Reader.ReadAsync(limit.Token) : _embedded.SessionFingerprint(client);
    }

    public static async Task<TopicSide> StartAsync(bool stock, AugPakeProfile profile = AugPakeProfile.Rfc6628, AugPakeGroup? group = null)
    {
        var accounts = new[] { Enrolment.Create("m4", "broker", group ?? AugPakeGroup.Modp2048Q256, profile, Password) };
        var lockout = new LockoutOptions(3, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), 100);
        if (!stock)
        {
            return new TopicSide(
                await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = accounts, Lockout = lockout, AllowAnonymous = true }), null, null);
        }

        var broker = await StockBroker.StartAsync();
        return new TopicSide(null, broker, await ServiceAsync(broker, accounts, lockout));
    }

    public static Task<TopicLoginService> ServiceAsync(StockBroker broker, IReadOnlyList<Account> accounts, LockoutOptions lockout) =>
        TopicLoginService.StartAsync(new TopicLoginServiceOptions
        {
            ServerName = "broker",
            Accounts = accounts,
            Lockout = lockout,
            Broker = new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "login-service", Version = MqttVersion.V311 },
        });

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            var faults = _embedded.Faults.ToArray();
            await _embedded.DisposeAsync();
            Assert.That(faults, Is.Empty);
            return;
        }

        await _service!.DisposeAsync();
        await _stock!.DisposeAsync();
    }
}
