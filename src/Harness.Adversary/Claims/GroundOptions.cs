using Harness.Crypto;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims;

/// <summary>The parts that devices play on a ground.</summary>
public static class GroundRoles
{
    /// <summary>Who publishes.</summary>
    public const string Publisher = "publisher";

    /// <summary>Who reads.</summary>
    public const string Subscriber = "subscriber";

    /// <summary>Another who reads, where an attack needs one.</summary>
    public const string SecondSubscriber = "second subscriber";
}

/// <summary>What a <see cref="Ground"/> is made of. The defaults need no bench: parties in this process, the built-in broker and client.</summary>
public sealed record GroundOptions
{
    /// <summary>The scheme everybody runs.</summary>
    public string Scheme { get; init; } = SchemeNames.MqttPresent;

    /// <summary>AugPAKE group.</summary>
    public AugPakeGroup Group { get; init; } = AugPakeGroup.Modp2048Q256;

    /// <summary>AugPAKE profile.</summary>
    public AugPakeProfile Profile { get; init; } = AugPakeProfile.AsPublished;

    /// <summary>PRESENT's key size, 80 or 128.</summary>
    public int KeyBits { get; init; } = 128;

    /// <summary>How handshakes travel.</summary>
    public LoginBinding Binding { get; init; }

    /// <summary>S, the broker's name.</summary>
    public string Server { get; init; } = "broker.test";

    /// <summary>How long one exchange may take; a board needs its rig's time-out.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Decides passwords, names and what an attack draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The MQTT broker underneath; null for the built-in one.</summary>
    public StartMqttBroker? StartBroker { get; init; }

    /// <summary>The MQTT client that carries devices; null for the built-in one.</summary>
    public ConnectMqttClient? ConnectClient { get; init; }

    /// <summary>The party of a role (<see cref="GroundRoles"/>), reset; the caller keeps it. Null for a <see cref="HostParty"/> of the ground's own.</summary>
    public Func<string, CancellationToken, ValueTask<IParty>>? Party { get; init; }

    /// <summary>The device of a role that logs in by itself, of which only broker and tap tell anything; null, or null of it, where there is none.</summary>
    public Func<string, IOwnDevice?>? OwnDevice { get; init; }

    /// <summary>Whether a second subscriber is there (in mqtt-present a pair of its own on the same topic).</summary>
    public bool WithSecondSubscriber { get; init; }

    /// <summary>Pairs of mqtt-present besides publisher and subscriber, for example of a rogue client.</summary>
    public IReadOnlyList<KeyPair> MorePairs { get; init; } = [];

    /// <summary>Makes the broker another one than usual; the last word.</summary>
    public Func<SecureBrokerOptions, SecureBrokerOptions>? Configure { get; init; }

    /// <summary>The ClientId of a role; must not change between calls. Null for names made from the seed.</summary>
    public Func<string, string>? ClientOf { get; init; }

    /// <summary>These options with one more change of the broker, after those there are.</summary>
    public GroundOptions WithBroker(Func<SecureBrokerOptions, SecureBrokerOptions> change) =>
        this with { Configure = Configure is { } before ? o => change(before(o)) : change };
}

/// <summary>Opens grounds for controls: in this process whatever the rig is, so that a weak setting never needs a board.</summary>
/// <param name="options">The rig's options; parties, broker and client of the rig are left out.</param>
public sealed class Grounds(GroundOptions options)
{
    /// <summary>What its grounds are made of.</summary>
    public GroundOptions Options { get; } = options with { Party = null, OwnDevice = null, StartBroker = null, ConnectClient = null };

    /// <summary>Opens a ground; the caller disposes it.</summary>
    /// <param name="change">Makes it weak; null for one like the rig's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Ground> OpenAsync(Func<GroundOptions, GroundOptions>? change, CancellationToken cancellationToken) =>
        Ground.OpenAsync(change?.Invoke(Options) ?? Options, cancellationToken);

    /// <summary>Opens a ground, does something there, and ends it.</summary>
    /// <param name="change">Makes it weak; null for one like the rig's.</param>
    /// <param name="use">What is done.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    internal async Task<AttackResult> UseAsync(
        Func<GroundOptions, GroundOptions>? change, Func<Ground, Task<AttackResult>> use, CancellationToken cancellationToken)
    {
        var ground = await OpenAsync(change, cancellationToken).ConfigureAwait(false);
        await using (ground.ConfigureAwait(false))
        {
            return await use(ground).ConfigureAwait(false);
        }
    }
}
