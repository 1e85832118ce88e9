namespace Harness.Steps.Drivers;

/// <summary>Publisher and subscriber of a scheme among the rig's devices, and the testbed on which they meet the adversary.</summary>
public sealed class AttackContext(RunEnvironment environment, ScenarioScope scope)
{
    /// <summary>A subscriber in this process that the rig does not name, where its host publishes.</summary>
    public const string InProcess = "in-process";

    /// <summary>The scheme everybody runs.</summary>
    public string Scheme { get; private set; } = SchemeNames.MqttPresent;

    /// <summary>PRESENT's key size; null for the rig's.</summary>
    public int? KeyBits { get; set; }

    private string? _standIn;

    /// <summary>The device that publishes, by its name in the rig.</summary>
    public string Publisher => _standIn ?? Named(environment.Cast.Publisher)
        ?? Named("board", quiet: true) ?? First(DeviceKind.Serial) ?? First(DeviceKind.Host) ?? InProcess;

    /// <summary>The device that subscribes, by its name in the rig.</summary>
    public string Subscriber => Named(environment.Cast.Subscriber)
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

    /// <summary>Casts the parts: where nobody was named to publish and the rig's board does not run the scheme, a device in this process does.</summary>
    public async ValueTask CastAsync(CancellationToken stop)
    {
        _standIn = null;
        if (environment.Cast.Publisher is null && environment.Bench.Rig.Find(Publisher) is { Kind: DeviceKind.Serial }
            && !(await environment.Bench.GetPartyAsync(Publisher, stop)).Capabilities.Schemes.Contains(Scheme))
        {
            _standIn = InProcess;
        }
    }

    /// <summary>The settings of testbeds with an adversary.</summary>
    /// <exception cref="InconclusiveException">A device of the rig cannot play the part.</exception>
    public AttackTestbedOptions Options()
    {
        var (publishing, subscribing) = (Publisher, Subscriber);
        if (publishing == subscribing)
        {
            throw new InconclusiveException("publisher and subscriber", "two devices", $"{publishing} for both", nextCommand: "./harness claims --help");
        }

        var rig = environment.Bench.TestbedOptions();
        return new AttackTestbedOptions
        {
            Scheme = Scheme,
            Group = Group,
            KeyBits = KeyBits ?? rig.KeyBits,
            Server = rig.Server,
            Timeout = rig.Timeout,
            StartBroker = rig.StartBroker,
            ExternalDevice = role => role == AttackRoles.Publisher && environment.Bench.Rig.Find(publishing) is { Kind: DeviceKind.External } entry ? External(entry) : null,
            Party = async (role, stop) => await PartyAsync(
                role switch { AttackRoles.Publisher => publishing, AttackRoles.Subscriber => subscribing, _ => InProcess }, stop),
        };
    }

    /// <summary>The group in which all parties of the scene meet: the publisher's.</summary>
    public AugPakeGroup Group => Scheme == SchemeNames.Hardened ? AugPakeGroup.P256 // the one in which boards run it
        : AugPakeGroup.ByName(environment.Bench.Rig.Find(Publisher) is { } entry ? environment.Bench.Rig.GroupOf(entry) : environment.Bench.Rig.Group);

    /// <summary>The party behind a device of the rig, or one in this process.</summary>
    /// <exception cref="InconclusiveException">It cannot run the scheme or the group, or it is an external device.</exception>
    public async ValueTask<IParty> PartyAsync(string device, CancellationToken stop)
    {
        if (device == InProcess)
        {
            var host = new HostParty(InProcess);
            scope.Own(host);
            return host;
        }

        // An external device has no messages that the harness could carry: the bench says so, with what to type.
        var party = await environment.Bench.GetPartyAsync(device, stop);
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
    private RigExternalDevice External(DeviceEntry entry)
    {
        if (!entry.Schemes.Contains(Scheme))
        {
            throw new InconclusiveException(
                $"schemes of {entry.Name}", Scheme, $"{string.Join(", ", entry.Schemes)} (schemes: in the rig)",
                nextCommand: $"./harness claims --publisher {entry.Name} --scheme {entry.Schemes[0]}");
        }

        var edit = $"${{EDITOR:-nano}} {environment.Bench.Rig.Path}";
        return entry.Start is null
            ? throw new InconclusiveException($"logins of {entry.Name}", "a device that the harness can start again and again (start: in the rig)", "one that a person starts", nextCommand: edit)
            : entry.Account is not null
            ? throw new InconclusiveException($"password of {entry.Name}", "one that the harness makes up and tells it (no account: in the rig)", "its own, which nobody here knows", nextCommand: edit)
            : new RigExternalDevice(environment.Bench, entry);
    }

    private string? Named(string? nameOrRole, bool quiet = false) => nameOrRole is null ? null
        : quiet ? environment.Bench.Rig.Find(nameOrRole)?.Name
        : nameOrRole == InProcess ? InProcess
        : environment.Bench.Device(nameOrRole).Name;

    private string? First(DeviceKind kind) => environment.Bench.Rig.Devices.Values.FirstOrDefault(d => d.Kind == kind)?.Name;
}
