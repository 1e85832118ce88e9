using System.Runtime.ExceptionServices;
using Harness.Crypto.AugPake;

namespace Harness.Steps.Drivers;

/// <summary>The devices of a scenario: their enrolment, their logins, and how those ended.</summary>
public sealed class LoginDriver
{
    private readonly RunEnvironment _environment;
    private readonly ScenarioScope _scope;
    private readonly BrokerDriver _broker;
    private readonly HashSet<LoginResult> _reportedResults = new(ReferenceEqualityComparer.Instance);

    /// <summary>The devices at a scenario's broker.</summary>
    public LoginDriver(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker)
    {
        (this._environment, this._scope, this._broker) = (environment, scope, broker);
        scope.Own(new EndOfScenarioCheck(this));
        scope.BrokenRig = BrokenRig;
    }

    /// <summary>The device that logged in last.</summary>
    /// <exception cref="UnjudgeableException">None did.</exception>
    public TestbedDevice Last => LastOrNone ?? throw new UnjudgeableException("login", "one in this scenario", "none", "When board logs in");

    /// <summary>The device that logged in last; null where none did.</summary>
    public TestbedDevice? LastOrNone { get; private set; }

    /// <summary>The one device of a scenario that has one.</summary>
    /// <exception cref="UnjudgeableException">It has another number.</exception>
    public TestbedDevice OnlyDevice => Devices.Count == 1
        ? Devices[0]
        : throw new UnjudgeableException(
            "device of the step", "one device in the scenario", $"{Devices.Count} enrolled", Devices.Count == 0 ? "Given board is enrolled at the broker" : null);

    /// <summary>The group that every device of the scenario logs in with.</summary>
    /// <exception cref="UnjudgeableException">There is none, or several.</exception>
    public AugPakeGroup CommonGroup => Devices.Select(d => d.Group).Distinct().ToList() is [var one]
        ? one
        : throw new UnjudgeableException(
            "group of the step", "devices that share one group", Devices.Count == 0 ? "no device enrolled" : "devices of several groups",
            Devices.Count == 0 ? "Given board is enrolled at the broker" : null);

    /// <summary>True where the scenario is about a rig that breaks: then its end does not report it again.</summary>
    public bool RigMayBreak { get; set; }

    private IReadOnlyList<TestbedDevice> Devices => _broker.IsStarted ? _broker.Testbed.Devices : [];

    /// <summary>A device by the name the feature uses.</summary>
    /// <exception cref="UnjudgeableException">It is not enrolled.</exception>
    public TestbedDevice Device(string name) => Devices.FirstOrDefault(d => d.Name == name) ?? throw new UnjudgeableException(
        $"account of {name}", $"{name} to be enrolled in the scenario", "it is not", $"Given {name} is enrolled at the broker");

    /// <summary>The session of a device that is logged in.</summary>
    /// <exception cref="UnjudgeableException">It is not.</exception>
    public DeviceSession Session(string name) => Session(Device(name));

    /// <inheritdoc cref="Session(string)"/>
    public static DeviceSession Session(TestbedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Session ?? throw new UnjudgeableException(
            $"session of {device.Name}", $"{device.Name} to be logged in",
            device.Logins.Count > 0 ? $"its last login: {device.Logins[^1].Seen}" : "it did not log in in this scenario", $"Given {device.Name} is logged in");
    }

    /// <summary>The session of the subscriber; no other device is sent what is published.</summary>
    /// <exception cref="UnjudgeableException">The device is another, or it is not logged in.</exception>
    public DeviceSession SubscriberSession(string name)
    {
        Check.Needs(
            name == _broker.Subscriber.Name, $"payload at {name}", $"the subscriber, {_broker.Subscriber.Name}", $"{name}, which does not subscribe",
            $"Given a broker that pairs {(name == _broker.Publisher.Name ? _broker.Subscriber.Name : _broker.Publisher.Name)} with {name} on \"{_broker.Pair.Topic}\" using 128-bit keys");
        return Session(name);
    }

    /// <summary>The party behind a device, ready: booted where it was not, wiped where another scenario used it.</summary>
    public ValueTask<IParty> PartyAsync(string name) => _environment.Bench.GetPartyAsync(name, _scope.Cancellation);

    /// <summary>The party behind a device with what the scenario left in it: nothing, where it was not used yet.</summary>
    /// <exception cref="RigErrorException">It broke since: another boot would hold nothing, and that would read like the device's doing.</exception>
    public ValueTask<IParty> SamePartyAsync(string name)
    {
        var device = _environment.Bench.Device(name);
        return device is not { WasUsed: true, State: not DeviceState.Active } ? PartyAsync(name) : throw new RigErrorException(
            $"device {name}", "the device as the scenario left it", $"it broke: {device.Broken ?? device.State.ToString().ToLowerInvariant()}",
            nextCommand: "./harness doctor");
    }

    /// <summary>The board behind a device, as <see cref="SamePartyAsync"/>.</summary>
    /// <exception cref="InconclusiveException">It is no board.</exception>
    public async ValueTask<SerialParty> SameBoardAsync(string name)
    {
        if (_environment.Bench.Device(name).Entry.Kind == DeviceKind.Serial)
        {
            await SamePartyAsync(name);
        }

        return await _environment.Bench.GetBoardAsync(name, _scope.Cancellation);
    }

    /// <summary>Checks how a party refuses a key wrap of zeros, which tells whether it holds a session key.</summary>
    /// <param name="name">The device.</param>
    /// <param name="code">The expected refusal.</param>
    /// <param name="item">The thing judged where the wrap is accepted.</param>
    /// <param name="expected">The expected content.</param>
    /// <param name="accepted">The words for an accepted wrap.</param>
    public async Task CheckKeyWrapAnswerAsync(string name, string code, string item, string expected, string accepted)
    {
        var party = await SamePartyAsync(name);
        try
        {
            await party.AcceptWrapAsync(128, new byte[40], _scope.Cancellation);
        }
        catch (PartyRefusedException e)
        {
            Check.Equal(code, e.Code, $"answer of {name} to a key wrap");
            return;
        }

        throw new CheckFailedException(item, expected, accepted);
    }

    /// <summary>Enrols a device: the broker gets its verifier, the device its password.</summary>
    /// <exception cref="UnjudgeableException">There is no such group or profile.</exception>
    public TestbedDevice Enrol(string name, string? group = null, string? profile = null, DevicePart part = DevicePart.Bystander)
    {
        if (group is not null)
        {
            Check.Read(() => AugPakeGroup.ByName(group), $"group of {name}", group);
        }

        if (profile is not null)
        {
            Check.Read(() => AugPakeProfiles.Parse(profile), $"profile of {name}", profile);
        }

        return _broker.Testbed.Add(new TestbedDevice(
            _broker.Testbed, name, _environment.Bench.IdentityOf(name, RandomPasswords.New(), group, profile), stop => _environment.Bench.GetPartyAsync(name, stop))
        {
            Part = part, Observe = sample => Record(name, sample),
        });
    }

    /// <summary>Logs in both devices of the scenario's pair, which a broker must have.</summary>
    public async Task RequireLoginsAsync(string first, string second)
    {
        _ = _broker.Pair;
        await RequireLoginAsync(Device(first));
        await RequireLoginAsync(Device(second));
    }

    /// <summary>Enrols the two devices of the scenario's pair.</summary>
    public void EnrolPair(string publisher, string subscriber)
    {
        Enrol(publisher, profile: "as-published", part: DevicePart.Publisher);
        Enrol(subscriber, profile: "as-published", part: DevicePart.Subscriber);
    }

    /// <summary>Logs a device in that no scenario names: in this process, enrolled on the spot, beside the tap.</summary>
    public async Task<TestbedDevice> AddGuestAsync(string client)
    {
        var rig = _environment.Bench.Rig;
        var guest = _broker.Testbed.AddHost(client, new PartyIdentity(client, rig.Server, RandomPasswords.New(), rig.Group, "as-published"));
        if (await guest.TryLogInAsync(new LoginRequest(Endpoint: _broker.Broker.Endpoint), _scope.Cancellation) is { Error: { } error })
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return guest;
    }

    /// <summary>Makes a device's account from another password.</summary>
    public void ReplaceAccount(TestbedDevice device) => _broker.Testbed.ReplaceAccount(device, RandomPasswords.New());

    /// <summary>Removes a device's account.</summary>
    public void RemoveAccount(TestbedDevice device) => _broker.Testbed.RemoveAccount(device);

    /// <summary>Logs a device in; how it ends is looked at later.</summary>
    /// <param name="device">The device.</param>
    /// <param name="endpoint">Another place; null for the tap where there is one, else the broker.</param>
    /// <param name="timeout">Another limit; null for the rig's.</param>
    public Task<LoginResult> LogInAsync(TestbedDevice device, IPEndPoint? endpoint = null, TimeSpan? timeout = null)
    {
        LastOrNone = device;
        return device.TryLogInAsync(new LoginRequest(Endpoint: endpoint, Timeout: timeout), _scope.Cancellation);
    }

    /// <summary>Logs a device in and requires that it succeeds.</summary>
    /// <param name="device">The device.</param>
    /// <param name="endpoint">Another place; null for the tap where there is one, else the broker.</param>
    public async Task RequireLoginAsync(TestbedDevice device, IPEndPoint? endpoint = null)
    {
        await LogInAsync(device, endpoint);
        var end = Observe(device);
        RefuseToJudge(device, end);
        if (!end.Succeeded)
        {
            throw new CheckFailedException($"login of {device.Name}", "to succeed", end.Seen, inner: end.Error);
        }

        Check.Judged();
    }

    /// <summary>Runs the handshake again on a device's connection, without provisioning it anew; how it ends is looked at later.</summary>
    public Task<LoginResult> ReauthenticateAsync(string name)
    {
        Session(name);
        if (!_broker.Broker.SupportsReauthentication)
        {
            throw new InconclusiveException(
                $"re-authentication of {name}", "a broker that serves AUTH 0x19", $"broker kind {_environment.Bench.Rig.Broker.Kind}, which does not");
        }

        LastOrNone = Device(name);
        return LastOrNone.TryReauthenticateAsync(_scope.Cancellation);
    }

    /// <summary>Tells how a device's last login ended. A broken rig that the scenario does not ask for is thrown.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rigMayBreak">True where the scenario is about a broken rig.</param>
    public LoginResult Observe(TestbedDevice device, bool rigMayBreak = false)
    {
        RigMayBreak |= rigMayBreak;
        var seen = device.Logins.Count > 0 ? device.Logins[^1] : throw new UnjudgeableException(
            $"login of {device.Name}", $"{device.Name} to have logged in", "it did not in this scenario", $"When {device.Name} logs in");
        if (seen.Status == LoginStatus.RigBroken && !rigMayBreak)
        {
            _reportedResults.Add(seen);
            ExceptionDispatchInfo.Throw(seen.Error!);
        }

        return seen;
    }

    /// <summary>Refuses to judge a login of a board whose line was asked again while the time ran out: that is no failed device.</summary>
    /// <exception cref="RigErrorException">It timed out, and replies of the device were missing.</exception>
    public void RefuseToJudge(TestbedDevice device, LoginResult end)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(end);
        var rig = _environment.Bench.Rig;
        var entry = rig.Find(device.Name);
        var missing = _scope.Faults.Count(fault => fault.Device == entry?.Name && fault.Fault == "no-reply");
        if (end.Status == LoginStatus.TimedOut && missing > 0)
        {
            throw new RigErrorException(
                $"line of {device.Name}", $"every reply in reply: {rig.ReplyOf(entry!).TotalSeconds:0.###} s, so that a login ends in handshake: {_environment.HandshakeTimeout.TotalSeconds:0.###} s",
                $"{missing} replies that did not come in time; the login got {end.Seen}", nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)} (raise reply:, handshake:)", inner: end.Error);
        }
    }

    // A step that looks at something else (what passed a tap, an earlier login) would blame the device, or the feature's author.
    private Exception? BrokenRig()
    {
        var broken = RigMayBreak ? null : Devices.SelectMany(d => d.Logins).FirstOrDefault(login => login.Status == LoginStatus.RigBroken);
        if (broken is not null)
        {
            _reportedResults.Add(broken);
        }

        return broken?.Error;
    }

    private void Record(string name, OperationSample operation)
    {
        var entry = _environment.Bench.Device(name).Entry;
        var unit = Units.TryParse(entry.TickUnit, out var parsed) ? parsed : Unit.Ticks;
        var sample = new Sample(name, operation.Operation, operation.Ticks, unit, ClockKind.Device, entry.Provenance);
        _scope.Samples.Add(sample);
        _environment.Sink.Write(sample.ToEvent(_scope.Id));
    }

    /// <summary>Throws, at the scenario's end, a rig that broke and that no step looked at.</summary>
    private sealed class EndOfScenarioCheck(LoginDriver logins) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            foreach (var device in logins.RigMayBreak || !logins._broker.IsStarted ? [] : logins.Devices.Where(d => d.Logins.Count > 0 && !logins._reportedResults.Contains(d.Logins[^1])))
            {
                logins.Observe(device);
            }

            return ValueTask.CompletedTask;
        }
    }
}
