using Harness.Crypto;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims;

/// <content>How a ground comes about: devices, their accounts, broker and tap.</content>
public sealed partial class Ground
{
    /// <summary>Opens a ground: broker and tap run, the devices have accounts and parties, nobody is logged in.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Ground> OpenAsync(GroundOptions options, CancellationToken cancellationToken)
    {
        var ground = new Ground(options);
        try
        {
            await ground.StartAsync(cancellationToken).ConfigureAwait(false);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] roles = Options.WithSecondSubscriber
            ? [GroundRoles.Publisher, GroundRoles.Subscriber, GroundRoles.SecondSubscriber]
            : [GroundRoles.Publisher, GroundRoles.Subscriber];
        foreach (var role in roles)
        {
            var own = Options.OwnDevice?.Invoke(role);
            var client = Options.ClientOf?.Invoke(role) ?? own?.Client ?? $"{role.Replace(' ', '-')}-{Random.Next():x8}";
            if (own is not null)
            {
                _devices[role] = new OwnGroundDevice(this, role, NewIdentity(client), own);
                continue;
            }

            var party = Options.Party is { } make ? await make(role, cancellationToken).ConfigureAwait(false) : new HostParty(role);
            _devices[role] = new GroundDevice(this, role, NewIdentity(client), party, Options.Party is null);
        }

        Broker = await SecureBroker.StartAsync(BrokerOptions(), cancellationToken).ConfigureAwait(false);
        Proxy = await MqttProxy.StartAsync(Broker.Endpoint, Tap, cancellationToken).ConfigureAwait(false);
    }

    private PartyIdentity NewIdentity(string client) =>
        new(client, Options.Server, Dictionary.Draw(Random), Options.Group.Name, Options.Profile.Name()) { Scheme = Scheme };

    private Account AccountOf(GroundDevice device) =>
        Enrolment.Create(device.Client, Options.Server, Options.Group, Options.Profile, device.Identity.Password);

    private SecureBrokerOptions BrokerOptions()
    {
        var options = new SecureBrokerOptions
        {
            ServerName = Options.Server,
            Scheme = Scheme,
            KeysSeen = (client, key) => _brokerKeys[client] = key.ToArray(),
            Accounts = [.. _devices.Values.Select(AccountOf)],
            Pairs = Scheme == SchemeNames.MqttPresent ? [.. Readers.Select(r => new KeyPair(Publisher.Client, r.Client, Topic)), .. Options.MorePairs] : [],
            KeyBits = Options.KeyBits,
            KeyProfiles = [Options.Profile],
            AllowAnonymous = Options.Binding == LoginBinding.Topics,
            HandshakeTimeout = Options.Patience,
        };
        options = Options.StartBroker is { } start ? options with { StartBroker = start } : options;
        return Options.Configure?.Invoke(options) ?? options;
    }
}
