using System.Net;
using Harness.Adversary.Claims.Hands;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims.Weak;

/// <summary>A toy AugPAKE with a weakness: device, tap and broker in this process, on the real MQTT.</summary>
internal sealed class WeakPlace : Place, IAsyncDisposable
{
    private readonly MqttBroker _broker;
    private readonly MqttProxy _proxy;
    private readonly WeakAuthenticator _authenticator;
    private readonly Weakness _weakness;
    private readonly string _password;

    private WeakPlace(GroundOptions options, AugPakeGroup group, Weakness weakness, string password, string client, byte[] verifier,
        WeakAuthenticator authenticator, MqttBroker broker, MqttProxy proxy, Tap tap, Random random)
    {
        (Group, _weakness, _password, Client, StolenVerifier) = (group, weakness, password, client, verifier);
        (_authenticator, _broker, _proxy, Tap, Random) = (authenticator, broker, proxy, tap, random);
        (Server, Patience) = (options.Server, options.Patience);
    }

    public override Tap Tap { get; }

    public override IPEndPoint Broker => _broker.Endpoint;

    public override AugPakeGroup Group { get; }

    public override AugPakeProfile Profile => AugPakeProfile.AsPublished;

    public override string Client { get; }

    public override string Server { get; }

    public override ReadOnlyMemory<byte> StolenVerifier { get; }

    public override Random Random { get; }

    public override TimeSpan Patience { get; }

    public override ConnectMqttClient Connect => async (o, token) => await MqttClient.ConnectAsync(o, token).ConfigureAwait(false);

    /// <summary>Every packet the toy's tap has seen.</summary>
    public IReadOnlyList<ProxiedPacket> Seen => Tap.Seen;

    public override bool IsPassword(string guess) => guess == _password;

    /// <summary>Opens one.</summary>
    /// <param name="grounds">Names, seed and waits.</param>
    /// <param name="weakness">What it leaves out.</param>
    /// <param name="group">Its group; null for the rig's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<WeakPlace> OpenAsync(Grounds grounds, Weakness weakness, AugPakeGroup? group, CancellationToken cancellationToken)
    {
        var options = grounds.Options;
        var random = new Random(options.Seed);
        var chosen = group ?? options.Group;
        var (client, password) = ($"toy-{random.Next():x8}", Dictionary.Draw(random));
        var verifier = Verifier.ComputeW(chosen, AugPakeProfile.AsPublished, client, options.Server, password);
        var authenticator = new WeakAuthenticator(chosen, options.Server, new Dictionary<string, byte[]> { [client] = verifier }, weakness);
        var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Authenticator = authenticator }, cancellationToken).ConfigureAwait(false);
        try
        {
            var tap = new Tap();
            var proxy = await MqttProxy.StartAsync(broker.Endpoint, tap, cancellationToken).ConfigureAwait(false);
            return new WeakPlace(options, chosen, weakness, password, client, verifier, authenticator, broker, proxy, tap, random);
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens one, runs an attack there, and ends it.</summary>
    public static async Task<AttackResult> UseAsync(
        Grounds grounds, Weakness weakness, AugPakeGroup? group, Func<WeakPlace, Task<AttackResult>> use, CancellationToken cancellationToken)
    {
        var place = await OpenAsync(grounds, weakness, group, cancellationToken).ConfigureAwait(false);
        await using (place.ConfigureAwait(false))
        {
            return await use(place).ConfigureAwait(false);
        }
    }

    public override async Task<LoginEnds> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        var before = Tap.Seen.Count;
        var login = new WeakLogin(Group, Client, Server, _password, _weakness);
        var target = endpoint ?? _proxy.Endpoint;
        try
        {
            var mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = target.Address.ToString(), Port = target.Port, ClientId = Client, Timeout = Patience, Authentication = login,
                },
                cancellationToken).ConfigureAwait(false);
            await using (mqtt.ConfigureAwait(false))
            {
                // A round trip, as a device makes: the broker has taken its key over, and a rogue one knows that it was believed.
                await mqtt.SubscribeAsync(PrivateTopics.Key(Client), cancellationToken: cancellationToken).ConfigureAwait(false);
                return new LoginEnds(true, login.Fingerprint, BrokerSentSuccess(before), _authenticator.Fingerprint(Client), $"toy device holds SK {login.Fingerprint}");
            }
        }
        catch (Exception e) when (e is AugPakeException or MqttRefusedException or MqttNotConnectedException or MqttProtocolException)
        {
            return new LoginEnds(false, "", BrokerSentSuccess(before), "", $"toy: {e.Message}");
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException("login of the toy", "an end, good or bad", e.Message, inner: e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
    }
}
