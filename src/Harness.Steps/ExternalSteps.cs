namespace Harness.Steps;

/// <summary>Devices of one's own: they log in by themselves, and broker and tap judge them.</summary>
[Binding]
public sealed class ExternalSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private readonly Dictionary<string, ExternalDevice> _started = [];
    private readonly Dictionary<string, ExternalLogin> _watched = [];
    private TestbedDevice? _listener;

    [Given("^the broker holds the account of " + StepPatterns.Device + "$")]
    public void GivenTheAccount(string device)
    {
        var under = logins.Enrol(device);
        if (environment.Bench.Device(device).Entry.Account is not { } file)
        {
            return;
        }

        // The device has its password already; only its verifier is here.
        logins.RemoveAccount(under);
        try
        {
            var accounts = AccountFile.Load(file, under.Identity.Server).Accounts.Where(a => a.Client == under.Client).ToList();
            accounts.ForEach(broker.Broker.Accounts.Put);
            if (accounts.Count == 0)
            {
                throw new RigErrorException(
                    $"account of {device}", $"one of client \"{under.Client}\" in {file}", "none",
                    nextCommand: $"./harness enroll --client {ShellWord.Quote(under.Client)} --server {ShellWord.Quote(under.Identity.Server)} --out {ShellWord.Quote(file)}");
            }
        }
        catch (AccountFileException e)
        {
            throw new RigErrorException($"account of {device}", e.Expected, $"{e.Problem}: {e.Seen} ({e.Path}:{e.Line})", nextCommand: e.NextCommand, inner: e);
        }
    }

    [Given("^a listener on \"([^\"]*)\"$")]
    public async Task GivenAListener(string topic)
    {
        _listener = await logins.AddGuestAsync("listener");
        await _listener.Session!.SubscribeAsync(topic, scope.Cancellation);
    }

    [When("^" + StepPatterns.Device + " is started$")]
    public void WhenStarted(string device)
    {
        var under = logins.Device(device);
        var entry = environment.Bench.Device(device).Entry;
        if (entry.Start is null && tap.IsOpen && environment.Bench.Rig.Broker.TapPort == 0)
        {
            throw new InconclusiveException(
                $"tap before {device}", "a device that is told where to log in (start: in the rig), or tap_port: of the broker in the rig",
                "one that a person starts, and a tap on a port that nobody knows beforehand",
                nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(environment.Bench.Rig.Path)}");
        }

        // Listening before it starts: what it does at once is not missed.
        var login = _watched[device] = new ExternalLogin(broker.Broker, under, scope.Cancellation);
        _started[device] = scope.Own(environment.Bench.StartExternal(device, tap.Endpoint, under.Identity));
        login.Ended = _started[device].Ended;
    }

    [Then("^" + StepPatterns.Device + " logs in by itself$")]
    public async Task ThenLogsIn(string device)
    {
        var record = await FirstAsync(device);
        Check.That(record.Outcome == LoginOutcome.Accepted, $"login of {device}", "to succeed", Describe(record.Outcome));
    }

    [Then("^the broker refuses " + StepPatterns.Device + " for its password$")]
    public async Task ThenRefused(string device)
    {
        var record = await FirstAsync(device);
        Check.That(
            record.Outcome is LoginOutcome.WrongProof or LoginOutcome.UnknownAccount, $"login of {device}", "to be refused by the broker", Describe(record.Outcome));
    }

    [Then("^" + StepPatterns.Device + " aborts without a proof$")]
    public async Task ThenAborts(string device)
    {
        Login(device);
        _ = tap.Tap;
        var record = await FirstAsync(device);
        Check.That(record.Outcome == LoginOutcome.Abandoned, $"login of {device}", "to be given up by the device", Describe(record.Outcome));

        // The broker gives a silent device up as well, but not before the rig's time: that would be its doing, not the device's.
        if (record.At - _watched[device].Since >= environment.HandshakeTimeout)
        {
            throw Silent(device);
        }

        var after = SentAfter(PacketField.Y);
        Check.That(after.All(p => p is DisconnectPacket), $"packets of {device} after the broker's Y", "none but DISCONNECT", Types(after));
    }

    [Then("^" + StepPatterns.Device + " leaves without going on$")]
    public async Task ThenLeaves(string device)
    {
        Login(device);
        _ = tap.Tap;
        await FirstAsync(device);
        await WithinAsync(device, _watched[device].Disconnected, () => Silent(device));
        if (tap.Tap.Seen.Any(p => p is { Direction: PacketDirection.ToClient, Packet: DisconnectPacket }))
        {
            throw Silent(device);
        }

        var after = SentAfter(PacketField.ServerProof);
        Check.That(after.All(p => p is DisconnectPacket), $"packets of {device} after the broker's V_S", "none but DISCONNECT", Types(after));
    }

    [Then("^the message \"([^\"]*)\" of " + StepPatterns.Device + " reaches the listener$")]
    public async Task ThenTheMessageArrives(string text, string device)
    {
        var session = LoginDriver.Session(_listener ?? throw new UnjudgeableException($"message of {device}", "a listener", "none", "Given a listener on \"lab/external\""));
        Login(device);
        try
        {
            var message = await session.ReceiveAsync(environment.HandshakeTimeout, scope.Cancellation);
            Check.Equal(text, System.Text.Encoding.UTF8.GetString(message.Payload.Span), $"message of {device}");
        }
        catch (SessionTimedOutException e)
        {
            throw new CheckFailedException($"message of {device}", "to reach the listener", $"none within {environment.HandshakeTimeout.TotalSeconds:F0} s", inner: e);
        }
    }

    /// <summary>The first login that ended since the device was started. None is the rig's fault: nothing of the device was seen.</summary>
    private async Task<LoginRecord> FirstAsync(string device)
    {
        var login = Login(device);
        await WithinAsync(device, login.First, () => Missing(device));
        return await login.First;
    }

    private ExternalLogin Login(string device) => _watched.TryGetValue(device, out var found)
        ? found : throw new UnjudgeableException($"login of {device}", $"{device} to be started", "it was not", $"When {device} is started");

    private async Task WithinAsync(string device, Task wanted, Func<VerdictException> missing)
    {
        var rest = environment.HandshakeTimeout - (TimeProvider.System.GetUtcNow() - _watched[device].Since);
        try
        {
            var ended = _watched[device].Ended;
            var first = await Task.WhenAny(wanted, ended).WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, scope.Cancellation);
            if (first != wanted)
            {
                // Its command ended; the broker may still be reading what it sent last.
                await wanted.WaitAsync(TimeSpan.FromSeconds(2), scope.Cancellation);
            }
        }
        catch (TimeoutException) when (!wanted.IsCompleted)
        {
            throw missing();
        }
        catch (TimeoutException)
        {
            // It came with the last moment.
        }
    }

    private RigErrorException Missing(string device)
    {
        var external = _started[device];
        var (client, broker) = (logins.Device(device).Client, tap.Endpoint);
        var seen = external.ExitCode is { } status
            ? $"its command ended with status {status}: {(external.Printed.Length > 0 ? external.Printed : "nothing printed")}"
            : $"nothing within {environment.HandshakeTimeout.TotalSeconds:F0} s{(external.Printed.Length > 0 ? ": " + external.Printed : "")}";
        return new RigErrorException(
            $"external device {device}", $"a login as \"{client}\" at {broker}", seen,
            nextCommand: external.Entry.Start is { } start
                ? $"cd '{Path.GetDirectoryName(Path.GetFullPath(environment.Bench.Rig.Path))}' && {start} < /dev/null"
                : $"start the device so that it logs in as \"{client}\" at {broker}");
    }

    private InconclusiveException Silent(string device) => new(
        $"end of {device}'s connection", $"the device to end it within {environment.HandshakeTimeout.TotalSeconds:F0} s", "it stayed silent, and went neither on nor away",
        nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(environment.Bench.Rig.Path)} and raise timeouts: handshake:");

    /// <summary>Packets of the device on the attacked connection after the field came by.</summary>
    private List<MqttPacket?> SentAfter(PacketField field)
    {
        Check.Needs(tap.Tap.Attack is not null, "attack of the tap", "one", "none", "When the tap flips one bit of V_S");
        if (tap.Tap.Attack is not { Triggered: > 0 })
        {
            throw new InconclusiveException("attack of the tap", "to run at least once", "it found nothing to do");
        }

        var seen = tap.Tap.Seen;
        var at = seen.FirstOrDefault(p => field.TryRead(p, out _))
            ?? throw new InconclusiveException($"{field} at the tap", "to come by", "it did not: the login ended before it");
        return [.. seen.SkipWhile(p => p != at).Where(p => p.Connection == at.Connection && p.Direction == PacketDirection.ToBroker).Select(p => p.Packet)];
    }

    private static string Types(List<MqttPacket?> packets) => string.Join(", ", packets.Select(p => p?.Type.ToString() ?? "undecodable bytes"));

    private static string Describe(LoginOutcome outcome) => outcome switch
    {
        LoginOutcome.Accepted => "accepted",
        LoginOutcome.UnacceptableElement => "refused for an element outside the group",
        LoginOutcome.MalformedProof => "refused for a malformed message",
        LoginOutcome.ChannelBinding => "refused for channel binding",
        LoginOutcome.OtherName => "refused for a user's name other than its ClientId",
        LoginOutcome.WrongProof => "refused for a wrong proof",
        LoginOutcome.UnknownAccount => "refused for want of an account",
        LoginOutcome.LockedOut => "locked out",
        _ => "given up",
    };

    /// <summary>Login of a device, as the broker has seen it since the device was started.</summary>
    private sealed class ExternalLogin
    {
        private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ExternalLogin(SecureBroker broker, TestbedDevice device, CancellationToken stop)
        {
            Since = TimeProvider.System.GetUtcNow();
            First = broker.Logins.NextAsync(device.Client, stop);
            broker.ClientDisconnected += client =>
            {
                if (client == device.Client)
                {
                    _disconnected.TrySetResult();
                }
            };
        }

        public DateTimeOffset Since { get; }

        public Task<LoginRecord> First { get; }

        public Task Disconnected => _disconnected.Task;

        public Task Ended { get; set; } = Task.CompletedTask;
    }
}
