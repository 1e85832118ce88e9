using System.Security.Cryptography;
using Harness.Brokers.Conformance.Clients;
using Harness.Crypto.AugPake;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Login;

namespace Harness.Cli.Commands.Conformance;

/// <summary>A device of a rig that is judged as a client: an external one by its own program, a board or a host device behind the harness's own client, which carries its login.</summary>
internal sealed class RigDevice : IAsyncDisposable
{
    private readonly TestBench _bench;
    private readonly DeviceEntry _entry;
    private readonly PartyIdentity _identity;

    private RigDevice(TestBench bench, DeviceEntry entry, PartyIdentity identity, IEnhancedAuthenticator authenticator) =>
        (_bench, _entry, _identity, Authenticator) = (bench, entry, identity, authenticator);

    /// <summary>Judges its login.</summary>
    public IEnhancedAuthenticator Authenticator { get; }

    /// <summary>True where a person starts it.</summary>
    public bool IsStartedByHand => _entry is { Kind: DeviceKind.External, Start: null };

    /// <summary>Its name for people: of a board also that its packets are the harness's.</summary>
    public string Shown => _entry.Kind == DeviceKind.External ? _entry.Name : $"{_entry.Name} behind the harness's client";

    /// <summary>Longest wait for it to come: the rig's time for a login.</summary>
    public TimeSpan ComesWithin => _bench.Rig.Timeouts.Handshake;

    /// <summary>Opens it; nothing is started yet.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="typed">A device or role of it.</param>
    /// <param name="sink">Takes what becomes of the device.</param>
    /// <exception cref="FormatException">The rig has no such device, or its account file cannot be used.</exception>
    public static RigDevice Open(RigFile rig, string typed, IRunSink sink)
    {
        var entry = DeviceArgument.Find(rig, typed);
        var bench = new TestBench(rig, new TestBenchOptions { Drivers = BuiltDrivers.For(rig), Sink = sink, Program = PowerCommand.Program }.Apply(TimeSpan.Zero));
        // It lives for this judgement, and goes to the device as every password of a scenario does.
        var identity = bench.IdentityOf(entry.Name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))) with { Scheme = SchemeNames.AugMqtt };
        return new RigDevice(bench, entry, identity, new AugPakeAuthenticator(new AccountStore(rig.Server, Accounts(entry, identity))));
    }

    /// <summary>Starts it anew.</summary>
    /// <param name="server">The address to log in to.</param>
    public IDeviceRun Start(IPEndPoint server) => _entry.Kind == DeviceKind.External
        ? new ExternalRun(_bench.StartExternal(_entry.Name, server, _identity))
        : new BridgedRun(_bench, _entry.Name, server, _identity);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static List<Account> Accounts(DeviceEntry entry, PartyIdentity identity)
    {
        if (entry.Account is null)
        {
            return [Enrolment.Create(identity.Client, identity.Server, AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile), identity.Password)];
        }

        try
        {
            return [.. AccountFile.Load(entry.Account, identity.Server).Accounts.Where(a => a.Client == identity.Client)];
        }
        catch (AccountFileException e)
        {
            throw new FormatException($"the account of {entry.Name}: {e.Message}; next: ./harness enroll --help", e);
        }
    }

    /// <summary>An external device that runs.</summary>
    private sealed class ExternalRun(ExternalDevice device) : IDeviceRun
    {
        private static readonly TimeSpan LeavesWithin = TimeSpan.FromSeconds(2);

        public Task Ended => device.Ended;

        public string LastWords => device.Printed;

        public void AskToEnd() => device.AskToLeave();

        public async ValueTask DisposeAsync() => await device.LeaveAsync(LeavesWithin);
    }

    /// <summary>A party of the bench that the harness's client logs in: it subscribes, publishes a reading and stays until it is asked to leave.</summary>
    private sealed class BridgedRun : IDeviceRun
    {
        private const ushort KeepAlive = 2;
        private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);
        private readonly CancellationTokenSource _leaving = new();

        public BridgedRun(TestBench bench, string device, IPEndPoint server, PartyIdentity identity) => Ended = Task.Run(() => LiveAsync(bench, device, server, identity));

        public Task Ended { get; }

        public string LastWords { get; private set; } = "";

        public void AskToEnd() => _leaving.Cancel();

        public async ValueTask DisposeAsync()
        {
            await _leaving.CancelAsync();
            await Ended.WaitAsync(EndWithin).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task LiveAsync(TestBench bench, string device, IPEndPoint server, PartyIdentity identity)
        {
            try
            {
                var party = await bench.GetPartyAsync(device, _leaving.Token);
                await using var session = await DeviceSession.LoginAsync(
                    party, new DeviceSessionOptions { Endpoint = server, Identity = identity, KeyBits = bench.Rig.KeyBits, LoginTimeout = bench.Rig.Timeouts.Handshake, KeepAliveSeconds = KeepAlive }, _leaving.Token);
                await session.SubscribeAsync("conformance/+/in", _leaving.Token);
                await session.PublishSealedAsync("conformance/out", "21.5 C"u8.ToArray(), _leaving.Token);
                await session.Closed.WaitAsync(_leaving.Token);
            }
            catch (Exception e) when (e is SessionException or PartyRefusedException or MqttException or VerdictException or OperationCanceledException)
            {
                // Refused, cut, or asked to leave: what it did stands on the wire.
                LastWords = e is OperationCanceledException ? "" : ForeignText.Line(e.Message);
            }
        }
    }
}
