using System.Net;
using System.Runtime.ExceptionServices;
using Harness.Crypto;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Testbed;
using Harness.Timing;

namespace Harness.Steps.Drivers;

/// <summary>The devices of a scenario: their enrolment, their logins, and how those ended.</summary>
public sealed class LoginDriver
{
    private readonly RunEnvironment environment;
    private readonly ScenarioScope scope;
    private readonly BrokerDriver broker;
    private readonly HashSet<LoginResult> told = new(ReferenceEqualityComparer.Instance);

    /// <summary>The devices at a scenario's broker.</summary>
    public LoginDriver(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker)
    {
        (this.environment, this.scope, this.broker) = (environment, scope, broker);
        scope.Own(new LastLook(this));
    }

    /// <summary>The device that logged in last.</summary>
    /// <exception cref="InvalidOperationException">None did.</exception>
    public TestbedDevice Last => LastOrNone ?? throw new InvalidOperationException("nobody logged in in this scenario");

    /// <summary>The device that logged in last; null where none did.</summary>
    public TestbedDevice? LastOrNone { get; private set; }

    /// <summary>The one device of a scenario that has one.</summary>
    public TestbedDevice OnlyDevice => Devices.Count == 1
        ? Devices[0]
        : throw new InvalidOperationException($"this step is for scenarios with one device; {Devices.Count} are enrolled");

    /// <summary>The group that every device of the scenario logs in with.</summary>
    public AugPakeGroup CommonGroup => Devices.Select(d => d.Group).Distinct().ToList() is [var one]
        ? one
        : throw new InvalidOperationException("this step is for scenarios whose devices share one group");

    /// <summary>Whether the scenario is about a rig that breaks: then nobody is told again at its end.</summary>
    public bool RigMayBreak { get; set; }

    private IReadOnlyList<TestbedDevice> Devices => broker.Testbed.Devices;

    /// <summary>A device by the name the feature uses.</summary>
    public TestbedDevice Device(string name) => broker.Testbed.Find(name)
        ?? throw new InvalidOperationException($"{name} is not enrolled in this scenario; add: Given {name} is enrolled at the broker");

    /// <summary>The session of a device that is logged in.</summary>
    public DeviceSession Session(string name) =>
        Device(name).Session ?? throw new InvalidOperationException($"{name} is not logged in; add: Given {name} is logged in");

    /// <summary>The party behind a device, ready: booted where it was not, wiped where another scenario used it.</summary>
    public ValueTask<IParty> PartyAsync(string name) => environment.Bench.GetPartyAsync(name, scope.Cancellation);

    /// <summary>The party behind a device that the scenario has used already, with what it holds.</summary>
    public IParty SameParty(string name) => environment.Bench.Device(name).Party;

    /// <summary>Enrols a device: the broker gets its verifier, the device its password.</summary>
    public TestbedDevice Enrol(string name, string? group = null, string? profile = null, DevicePart part = DevicePart.Bystander) => broker.Testbed.Add(new TestbedDevice(
        broker.Testbed, name, environment.Bench.IdentityOf(name, Passwords.New(), group, profile), stop => environment.Bench.GetPartyAsync(name, stop))
    {
        Part = part, Observe = sample => Record(name, sample),
    });

    /// <summary>Enrols the two devices of the scenario's pair.</summary>
    public void EnrolPair(string publisher, string subscriber)
    {
        Enrol(publisher, profile: "as-published", part: DevicePart.Publisher);
        Enrol(subscriber, profile: "as-published", part: DevicePart.Subscriber);
    }

    /// <summary>Logs a device in that no scenario names: in this process, enrolled on the spot, beside the tap.</summary>
    public async Task<TestbedDevice> AddGuestAsync(string client)
    {
        var rig = environment.Bench.Rig;
        var guest = broker.Testbed.AddHost(client, new PartyIdentity(client, rig.Server, Passwords.New(), rig.Group, "as-published"));
        if (await guest.TryLogInAsync(new LoginRequest(Endpoint: broker.Broker.Endpoint), scope.Cancellation) is { Error: { } error })
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return guest;
    }

    /// <summary>Makes a device's account from another password.</summary>
    public void ReplaceAccount(TestbedDevice device) => broker.Broker.Accounts.Put(SchemeTestbed.AccountOf(device, Passwords.New()));

    /// <summary>Removes a device's account.</summary>
    public void RemoveAccount(TestbedDevice device) => broker.Broker.Accounts.Remove(device.Client, device.Method);

    /// <summary>Logs a device in; how it ends is looked at later.</summary>
    /// <param name="device">The device.</param>
    /// <param name="endpoint">Another place; null for the tap where there is one, else the broker.</param>
    /// <param name="timeout">Another limit; null for the rig's.</param>
    public Task<LoginResult> LogInAsync(TestbedDevice device, IPEndPoint? endpoint = null, TimeSpan? timeout = null)
    {
        LastOrNone = device;
        return device.TryLogInAsync(new LoginRequest(Endpoint: endpoint, Timeout: timeout), scope.Cancellation);
    }

    /// <summary>Logs a device in and requires that it succeeds.</summary>
    public async Task RequireLoginAsync(TestbedDevice device)
    {
        await LogInAsync(device);
        var end = Observe(device);
        if (!end.Succeeded)
        {
            throw new CheckFailedException($"login of {device.Name}", "to succeed", end.Seen, inner: end.Error);
        }
    }

    /// <summary>Runs the handshake again on a device's connection, without provisioning it anew; how it ends is looked at later.</summary>
    public Task<LoginResult> ReauthenticateAsync(string name)
    {
        Session(name);
        if (!broker.Broker.SupportsReauthentication)
        {
            throw new InconclusiveException(
                $"re-authentication of {name}", "a broker that serves AUTH 0x19", $"broker kind {environment.Bench.Rig.Broker.Kind}, which does not");
        }

        LastOrNone = Device(name);
        return LastOrNone.TryReauthenticateAsync(scope.Cancellation);
    }

    /// <summary>Tells how a device's last login ended. A broken rig that the scenario does not ask for is thrown.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rigMayBreak">Whether the scenario is about a broken rig.</param>
    public LoginResult Observe(TestbedDevice device, bool rigMayBreak = false)
    {
        RigMayBreak |= rigMayBreak;
        var seen = device.Logins.Count > 0 ? device.Logins[^1] : throw new InvalidOperationException($"{device.Name} did not log in in this scenario");
        if (seen.Status == LoginStatus.RigBroken && !rigMayBreak)
        {
            told.Add(seen);
            ExceptionDispatchInfo.Throw(seen.Error!);
        }

        return seen;
    }

    private void Record(string name, OperationSample operation)
    {
        var entry = environment.Bench.Device(name).Entry;
        var unit = Units.TryParse(entry.TickUnit, out var parsed) ? parsed : Unit.Ticks;
        var sample = new Sample(name, operation.Operation, operation.Ticks, unit, ClockKind.Device, entry.Provenance);
        scope.Samples.Add(sample);
        environment.Sink.Write(sample.ToEvent(scope.Id));
    }

    /// <summary>Throws, at the scenario's end, a rig that broke and that no step looked at.</summary>
    private sealed class LastLook(LoginDriver logins) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            foreach (var device in logins.RigMayBreak || !logins.broker.IsStarted ? [] : logins.Devices.Where(d => d.Logins.Count > 0 && !logins.told.Contains(d.Logins[^1])))
            {
                logins.Observe(device);
            }

            return ValueTask.CompletedTask;
        }
    }
}
