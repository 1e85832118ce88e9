namespace Harness.Steps.Drivers;

/// <summary>Brings publisher, broker and subscriber of one scheme together without an adversary, and counts what each computes in each phase.</summary>
public sealed class CostDriver(RunEnvironment environment, ScenarioScope scope, AttackContext context)
{
    /// <summary>The topic of every reading.</summary>
    public const string Topic = "lab/level";

    /// <summary>Registers and logs both in, brings them keys or tokens, and counts what each computed. It ends with the scenario, or before.</summary>
    public async Task<CountedTestbed> BeginAsync(IParty publisher, IParty subscriber)
    {
        var rig = environment.Bench.TestbedOptions();
        var testbed = scope.Own(new CountedTestbed(
            rig with { Scheme = context.Scheme, KeyBits = context.KeyBits ?? rig.KeyBits, Topic = Topic, Port = 0 }, context.Group, publisher, subscriber));
        await testbed.BeginAsync(scope.Cancellation);
        return testbed;
    }
}

/// <summary>A testbed of a publisher and a subscriber that counts what each computes, by phase.</summary>
public sealed class CountedTestbed : SchemeTestbed
{
    private readonly List<(string Phase, string Party, OperationTally Tally)> _counted = [];
    private readonly Dictionary<string, OperationTally> _endOf = [];

    internal CountedTestbed(TestbedOptions options, AugPakeGroup group, IParty publisher, IParty subscriber)
        : base(options)
    {
        foreach (var (role, party, part) in (IEnumerable<(string, IParty, DevicePart)>)[("publisher", publisher, DevicePart.Publisher), ("subscriber", subscriber, DevicePart.Subscriber)])
        {
            var identity = new PartyIdentity(role, options.Server, RandomPasswords.New(), group.Name, "as-published");
            Add(new TestbedDevice(this, role, identity, party) { Part = part, Provisioning = Provisioning.ByCaller });
        }
    }

    /// <summary>Counts in order: phase, party, operations.</summary>
    public IReadOnlyList<(string Phase, string Party, OperationTally Tally)> Counted => _counted;

    /// <summary>Publishes a reading and lets the subscriber open it; counts it.</summary>
    public async Task ReadingAsync(ReadOnlyMemory<byte> reading, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> opened = default;
        await CountAsync("message", [Publisher, Subscriber], async () =>
        {
            await PublishAsync(reading, cancellationToken);
            opened = (await Subscriber.ReceiveAndOpenAsync(cancellationToken)).Plaintext;
        }, "broker", cancellationToken);
        Check.That(opened.Span.SequenceEqual(reading.Span), "reading at the subscriber", "what was published", $"{opened.Length} other bytes");
    }

    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        foreach (var device in Devices)
        {
            await CountAsync("registration", [device], () => RegisterAsync(device, cancellationToken), null, cancellationToken);
        }

        if (Scheme == SchemeNames.Hardened)
        {
            // A pair run begins while the second login ends: what was computed for which of the two cannot be told from outside.
            await CountAsync("handshake and key delivery", Devices, async () =>
            {
                await Subscriber.LogInAsync(cancellationToken);
                await Publisher.LogInAsync(cancellationToken);
                await WaitForKeysAsync(cancellationToken);
            }, "broker", cancellationToken);
            return;
        }

        // A wrap that comes between two phases is of one of them: delivery counts on from where the handshakes ended.
        // Both at once: the second login brings the first device its wrap.
        await CountAsync("handshake", Devices, async () =>
        {
            foreach (var device in Devices)
            {
                await CountAsync("handshake", [], () => device.LogInAsync(cancellationToken), $"broker with {device.Name}", cancellationToken);
            }
        }, null, cancellationToken);
        await CountAsync(
            Scheme == SchemeNames.MqttAuth ? "token delivery" : "key delivery", Devices,
            async () =>
            {
                await AdmitAsync(Publisher, cancellationToken);
                await AdmitAsync(Subscriber, cancellationToken);
                await WaitForKeysAsync(cancellationToken);
            },
            "broker", cancellationToken, goesOn: true);
        Split();
    }

    /// <summary>The device computes w' and W, as the papers count it; the broker only stores W.</summary>
    private async Task RegisterAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        if (Scheme == SchemeNames.Hardened)
        {
            // W never travels: enrolment computes it, not the device.
            await device.Party.ProvisionAsync(ToldOf(device), cancellationToken);
            return;
        }

        await device.Party.ProvisionAsync(device.Identity, cancellationToken);
        var w = await device.Party.RegisterAsync(cancellationToken);
        Broker.Accounts.Put(new Account(device.Client, device.Identity.Server, device.Group, device.Profile, w.Value));
    }

    private async Task CountAsync(
        string phase, IReadOnlyList<TestbedDevice> devices, Func<Task> run, string? broker, CancellationToken cancellationToken, bool goesOn = false)
    {
        var before = new List<OperationTally>();
        foreach (var device in devices)
        {
            before.Add(goesOn ? _endOf[device.Name] : await device.Party.CountsAsync(cancellationToken));
        }

        var atBroker = goesOn ? _endOf["broker"] : Broker.Counts;
        await run();
        for (var i = 0; i < devices.Count; i++)
        {
            // A board's counters begin anew with a provisioning.
            var after = await devices[i].Party.CountsAsync(cancellationToken);
            _endOf[devices[i].Name] = after;
            var since = after - before[i];
            _counted.Add((phase, devices[i].Name, since.Hashes < 0 ? after : since));
        }

        if (broker is not null)
        {
            _endOf["broker"] = Broker.Counts;
            _counted.Add((phase, broker, _endOf["broker"] - atBroker));
        }
    }

    /// <summary>Wraps go out while the second login is still ending: no handshake encrypts, so what was encrypted then was delivery.</summary>
    private void Split()
    {
        if (Scheme != SchemeNames.MqttPresent)
        {
            return;
        }

        for (var i = 0; i < _counted.Count; i++)
        {
            var (phase, party, tally) = _counted[i];
            if (phase != "handshake" || tally.Ciphers == 0)
            {
                continue;
            }

            var delivered = new OperationTally(0, 0, tally.Ciphers, 0, tally.CipherBlocks);
            var to = party.StartsWith("broker", StringComparison.Ordinal) ? "broker" : party;
            _counted[i] = (phase, party, tally - delivered);
            var at = _counted.FindIndex(c => c.Phase == "key delivery" && c.Party == to);
            _counted[at] = (_counted[at].Phase, to, _counted[at].Tally + delivered);
        }
    }
}
