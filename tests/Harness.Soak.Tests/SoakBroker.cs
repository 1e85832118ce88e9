using System.Net;
using Harness.Crypto;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Soak.Tests;

/// <summary>The broker of a soak, which lives through many rounds and can be started again on its port.</summary>
internal sealed class SoakBroker : IAsyncDisposable
{
    private readonly SecureBrokerOptions _options;
    private SecureBroker _broker = null!;

    private SoakBroker(SecureBrokerOptions options) => _options = options;

    public SecureBroker Current => _broker;

    public IPEndPoint Endpoint => _broker.Endpoint;

    public static async Task<SoakBroker> StartAsync(IReadOnlyList<SoakBench> benches)
    {
        var rig = benches[0].Bench.Rig;
        var broker = new SoakBroker(new SecureBrokerOptions
        {
            ServerName = rig.Server,
            KeyBits = rig.KeyBits,
            HandshakeTimeout = TimeSpan.FromSeconds(60),
            Accounts = [.. benches.SelectMany(bench => bench.Boards.Select(bench.IdentityOf)).Select(who => Enrolment.Create(
                who.Client, who.Server, AugPakeGroup.ByName(who.Group), AugPakeProfiles.Parse(who.Profile), who.Password))],
            Pairs = [.. benches.Select(bench => new KeyPair(bench.Boards[0].Name, bench.Boards[1].Name, bench.Topic))],
        });
        broker._broker = await SecureBroker.StartAsync(broker._options);
        return broker;
    }

    /// <summary>Its power is cut and comes back: same port, same accounts, every session gone.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var port = Endpoint.Port;
        await _broker.DisposeAsync();
        _broker = await SecureBroker.StartAsync(_options with { Port = port }, cancellationToken);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
