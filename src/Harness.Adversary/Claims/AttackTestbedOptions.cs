namespace Harness.Adversary.Claims;

/// <summary>The names of the devices of an <see cref="AttackTestbed"/>, by the part they play.</summary>
public static class AttackRoles
{
    /// <summary>The device that publishes.</summary>
    public const string Publisher = "publisher";

    /// <summary>The device that reads.</summary>
    public const string Subscriber = "subscriber";

    /// <summary>Another device that reads, where an attack needs one.</summary>
    public const string SecondSubscriber = "second subscriber";
}

/// <summary>The settings of an <see cref="AttackTestbed"/>. The defaults need no bench: parties in this process, the built-in broker and client.</summary>
public sealed record AttackTestbedOptions : TestbedOptions
{
    /// <summary>AugPAKE group.</summary>
    public AugPakeGroup Group { get; init; } = AugPakeGroup.Modp2048Q256;

    /// <summary>AugPAKE profile.</summary>
    public AugPakeProfile Profile { get; init; } = AugPakeProfile.AsPublished;

    /// <summary>Decides passwords, names and what an attack draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gives the party of a role (<see cref="AttackRoles"/>), reset; the caller keeps it. Null for a <see cref="HostParty"/> of the testbed's own.</summary>
    public Func<string, CancellationToken, ValueTask<IParty>>? Party { get; init; }

    /// <summary>Gives the device of a role that logs in by itself, of which only broker and tap tell anything; null, or null of it, where there is none.</summary>
    public Func<string, IExternalDevice?>? ExternalDevice { get; init; }

    /// <summary>True where a second subscriber is there (in mqtt-present a pair of its own on the same topic).</summary>
    public bool WithSecondSubscriber { get; init; }

    /// <summary>Gives the ClientId of a role, at every call the same. Null for names made from the seed.</summary>
    public Func<string, string>? ClientOf { get; init; }

    /// <summary>These options as the scheme runs them: hardened knows the profile framed alone.</summary>
    internal AttackTestbedOptions ForScheme() => Scheme == SchemeNames.Hardened ? this with { Profile = AugPakeProfile.Framed, BackOff = false } : this;

    /// <summary>These options with more pairs of clients (mqtt-present), and with names of its own for a testbed that has none.</summary>
    /// <param name="number">Suffix of the names.</param>
    /// <param name="pairs">Gets the pairs, from the name of each role.</param>
    public AttackTestbedOptions WithPairs(int number, Func<Func<string, string>, IEnumerable<KeyPair>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var clientOf = ClientOf ?? (role => $"{role.Replace(' ', '-')}-{number}");
        return this with { ClientOf = clientOf, MorePairs = [.. MorePairs, .. pairs(clientOf)] };
    }

    /// <summary>These options with one more change of the broker, after those there are.</summary>
    public AttackTestbedOptions WithBroker(Func<SecureBrokerOptions, SecureBrokerOptions> change) =>
        this with { Configure = Configure is { } before ? o => change(before(o)) : change };
}

/// <summary>Opens testbeds for positive controls: in this process whatever the rig is, so that a weakened setting never needs a board.</summary>
/// <param name="options">The rig's options; parties and broker of the rig are left out.</param>
public sealed class PositiveControlFactory(AttackTestbedOptions options)
{
    /// <summary>The settings of its testbeds.</summary>
    public AttackTestbedOptions Options { get; } = options with { Party = null, ExternalDevice = null, StartBroker = null };

    /// <summary>Opens a testbed; the caller disposes it.</summary>
    /// <param name="change">Makes it weak; null for one like the rig's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AttackTestbed> OpenAsync(Func<AttackTestbedOptions, AttackTestbedOptions>? change, CancellationToken cancellationToken) =>
        AttackTestbed.OpenAsync(change?.Invoke(Options) ?? Options, cancellationToken);

    /// <summary>Opens a testbed, does something there, and ends it.</summary>
    /// <param name="change">Makes it weak; null for one like the rig's.</param>
    /// <param name="use">The action.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    internal async Task<AttackResult> UseAsync(
        Func<AttackTestbedOptions, AttackTestbedOptions>? change, Func<AttackTestbed, Task<AttackResult>> use, CancellationToken cancellationToken)
    {
        var testbed = await OpenAsync(change, cancellationToken).ConfigureAwait(false);
        await using (testbed.ConfigureAwait(false))
        {
            return await use(testbed).ConfigureAwait(false);
        }
    }
}
