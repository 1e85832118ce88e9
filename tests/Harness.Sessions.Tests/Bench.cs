using System.Net;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Sessions.Tests;

/// <summary>A broker with the accounts of "pub" and "sub" and their pair, and host devices logged in at it, through a tap.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const string Topic = "plant/1";
    public const string Password = "correct horse";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly List<IAsyncDisposable> _sessions = [];
    private readonly List<HostParty> _parties = [];

    public string Scheme { get; init; } = SchemeNames.MqttPresent;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public required SecureBroker Broker { get; init; }

    public required MqttProxy Tap { get; init; }

    public List<OperationSample> Samples { get; } = [];

    public static async Task<Bench> StartAsync(
        int keyBits = 128, IProxyPolicy? policy = null, string scheme = SchemeNames.MqttPresent, TimeProvider? time = null,
        Func<SecureBrokerOptions, SecureBrokerOptions>? configure = null)
    {
        var options = new SecureBrokerOptions
        {
            ServerName = "broker",
            Accounts = [.. new[] { "pub", "sub", "other" }.Select(c => Enrolment.Create(c, "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, Password))],
            Pairs = [new KeyPair("pub", "sub", Topic)],
            KeyBits = keyBits,
            Scheme = scheme,
            TimeProvider = time ?? TimeProvider.System,
        };
        var broker = await SecureBroker.StartAsync(configure?.Invoke(options) ?? options);
        return new Bench { Broker = broker, Tap = await MqttProxy.StartAsync(broker.Endpoint, policy), Scheme = scheme, Time = time ?? TimeProvider.System };
    }

    public HostParty Party(string name)
    {
        var party = new HostParty(name);
        _parties.Add(party);
        return party;
    }

    public async Task<DeviceSession> LogInAsync(string client, int keyBits = 128, string password = Password, IParty? party = null, IPEndPoint? endpoint = null,
        LoginBinding binding = LoginBinding.EnhancedAuthentication)
    {
        var options = Options(client, keyBits, password, endpoint) with { Binding = binding };
        var session = await DeviceSession.LoginAsync(party ?? Party(client), options, CancellationToken.None);
        _sessions.Add(session);
        return session;
    }

    public DeviceSessionOptions Options(
        string client, int keyBits = 128, string password = Password, IPEndPoint? endpoint = null, TimeSpan? limit = null) => new()
    {
        Endpoint = endpoint ?? Tap.Endpoint,
        Identity = new PartyIdentity(client, "broker", password, "p256", "as-published") { Scheme = Scheme },
        TimeProvider = Time,
        KeyBits = keyBits,
        LoginTimeout = limit ?? Limit,
        Observe = sample =>
        {
            lock (Samples)
            {
                Samples.Add(sample);
            }
        },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        await Tap.DisposeAsync();
        await Broker.DisposeAsync();
        _parties.ForEach(p => p.Dispose());
    }
}
