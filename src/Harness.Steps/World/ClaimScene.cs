using Harness.Adversary.Claims;
using Harness.Bench;
using Harness.Crypto;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Steps.World;

/// <summary>Who of the rig plays publisher and subscriber of a scheme, and the grounds on which they meet the adversary.</summary>
public sealed class ClaimScene(ScenarioWorld world)
{
    /// <summary>A subscriber in this process that the rig does not name, where its host publishes.</summary>
    public const string InProcess = "in-process";

    /// <summary>The scheme everybody runs.</summary>
    public string Scheme { get; private set; } = SchemeNames.MqttPresent;

    /// <summary>PRESENT's key size; null for the rig's.</summary>
    public int? KeyBits { get; set; }

    /// <summary>The device that publishes, by its name in the rig.</summary>
    public string Publisher => Named(world.Environment.Cast.Publisher)
        ?? Named("board", quiet: true) ?? First(DeviceKind.Serial) ?? First(DeviceKind.Host) ?? InProcess;

    /// <summary>The device that subscribes, by its name in the rig.</summary>
    public string Subscriber => Named(world.Environment.Cast.Subscriber)
        ?? (First(DeviceKind.Host) is { } host && host != Publisher ? host : InProcess);

    /// <summary>Chooses the scheme.</summary>
    /// <exception cref="UnjudgeableException">There is none of that name.</exception>
    public void Choose(string scheme)
    {
        if (!SchemeNames.All.Contains(scheme))
        {
            throw new UnjudgeableException("scheme", $"one of {string.Join(", ", SchemeNames.All)}", $"{scheme}{NearestWord.Hint(scheme, SchemeNames.All)}");
        }

        Scheme = scheme;
    }

    /// <summary>What grounds of this scenario are made of.</summary>
    /// <exception cref="InconclusiveException">A device of the rig cannot play the part.</exception>
    public GroundOptions Options()
    {
        var (publishing, subscribing) = (Publisher, Subscriber);
        if (publishing == subscribing)
        {
            throw new InconclusiveException("publisher and subscriber", "two devices", $"{publishing} for both", nextCommand: "./harness claims --help");
        }

        return new GroundOptions
        {
            Scheme = Scheme,
            Group = Group,
            KeyBits = KeyBits ?? world.Bench.Rig.KeyBits,
            Server = world.Bench.Rig.Server,
            Patience = world.Patience,
            StartBroker = world.Bench.StartBroker,
            ConnectClient = world.Bench.ConnectClient,
            OwnDevice = role => role == GroundRoles.Publisher && world.Bench.Rig.Find(publishing) is { Kind: DeviceKind.External } entry ? Own(entry) : null,
            Party = async (role, stop) => await PartyAsync(
                role switch { GroundRoles.Publisher => publishing, GroundRoles.Subscriber => subscribing, _ => InProcess }, stop),
        };
    }

    /// <summary>The group in which all parties of the scene meet: the publisher's.</summary>
    public AugPakeGroup Group =>
        AugPakeGroup.ByName(world.Bench.Rig.Find(Publisher) is { } entry ? world.Bench.Rig.GroupOf(entry) : world.Bench.Rig.Group);

    /// <summary>The party behind a device of the rig, or one in this process.</summary>
    /// <exception cref="InconclusiveException">It cannot run the scheme or the group, or it is an external device.</exception>
    public async ValueTask<IParty> PartyAsync(string device, CancellationToken stop)
    {
        if (device == InProcess)
        {
            var host = new HostParty(InProcess);
            world.Own(new Ending(host));
            return host;
        }

        // An external device has no messages that the harness could carry: the bench says so, with what to type.
        var party = await world.Bench.GetPartyAsync(device, stop);
        if (!party.Capabilities.Schemes.Contains(Scheme))
        {
            // Asked all the same it would refuse, and that refusal would read like a lost attack.
            throw new InconclusiveException(
                $"schemes of {device}", Scheme, string.Join(", ", party.Capabilities.Schemes), nextCommand: $"./harness claims --scheme {Scheme} --publisher host");
        }

        return party.Capabilities.Groups.Contains(Group.Name)
            ? party
            : throw new InconclusiveException($"groups of {device}", Group.Name, string.Join(", ", party.Capabilities.Groups));
    }

    /// <summary>A device of the rig that logs in by itself, as far as it can be attacked by what broker and tap see.</summary>
    /// <exception cref="InconclusiveException">It does not run the scheme, or nobody here can start it or knows its password.</exception>
    private OwnDevice Own(DeviceEntry entry)
    {
        if (!entry.Schemes.Contains(Scheme))
        {
            throw new InconclusiveException(
                $"schemes of {entry.Name}", Scheme, $"{string.Join(", ", entry.Schemes)} (schemes: in the rig)",
                nextCommand: $"./harness claims --publisher {entry.Name} --scheme {entry.Schemes[0]}");
        }

        var edit = $"${{EDITOR:-nano}} {world.Bench.Rig.Path}";
        return entry.Start is null
            ? throw new InconclusiveException($"logins of {entry.Name}", "a device that the harness can start again and again (start: in the rig)", "one that a person starts", nextCommand: edit)
            : entry.Account is not null
            ? throw new InconclusiveException($"password of {entry.Name}", "one that the harness makes up and tells it (no account: in the rig)", "its own, which nobody here knows", nextCommand: edit)
            : new OwnDevice(world, entry);
    }

    private string? Named(string? nameOrRole, bool quiet = false) => nameOrRole is null ? null
        : quiet ? world.Bench.Rig.Find(nameOrRole)?.Name
        : nameOrRole == InProcess ? InProcess
        : world.Bench.Device(nameOrRole).Name;

    private string? First(DeviceKind kind) => world.Bench.Rig.Devices.Values.FirstOrDefault(d => d.Kind == kind)?.Name;

    private sealed class Ending(IDisposable thing) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            thing.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
