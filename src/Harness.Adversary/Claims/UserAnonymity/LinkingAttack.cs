namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>Captures two sessions of the publisher and one of another device, and looks for what links the two.</summary>
internal abstract class LinkingAttack : Attack
{
    /// <summary>Description of an attack of this family.</summary>
    protected static AttackDescription Describe(string summary, string control) => new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeNames.OfBroker,
        Precondition = "An eavesdropper with a capture. IP addresses, ports, timing and lengths are excluded and not looked at.",
        Summary = summary,
        Observation = "A byte string of 6 or more bytes that stands in both sessions of one client and in none of another client's.",
        Reference = "Sahmi et al. 2021, table 3 (UA), section 5 a (user anonymity); MQTT 5 section 3.1.3.1 (ClientId), 3.3.2.1 (topic name)",
        Control = control,
    };

    /// <summary>Captured packets to examine.</summary>
    protected virtual bool Counts(ProxiedPacket packet) => true;

    /// <summary>True where the second session ends before V_C reaches the broker.</summary>
    protected virtual bool SecondIsAborted => false;

    /// <summary>A session of a toy client that must be linked: the same at each call but for what changes from session to session.</summary>
    /// <param name="toys">The toys.</param>
    /// <param name="who">0 for one client, 1 for another.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    protected abstract Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        foreach (var device in testbed.Devices.Where(d => d != testbed.Publisher))
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
        }

        var first = await SessionAsync(testbed, testbed.Publisher, isAborted: false, cancellationToken).ConfigureAwait(false);
        var second = await SessionAsync(testbed, testbed.Publisher, SecondIsAborted, cancellationToken).ConfigureAwait(false);
        var other = await StrangerAsync(testbed, cancellationToken).ConfigureAwait(false);
        return Judge(LinkScan.Find(first, second, other), second.Count);
    }

    public override async Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controls);
        var toys = await ToyClients.OpenAsync(controls.Options with { Seed = Seed }, cancellationToken).ConfigureAwait(false);
        await using (toys.ConfigureAwait(false))
        {
            var weak = LinkScan.Find(
                await LinkableToyAsync(toys, 0, cancellationToken).ConfigureAwait(false),
                await LinkableToyAsync(toys, 0, cancellationToken).ConfigureAwait(false),
                await LinkableToyAsync(toys, 1, cancellationToken).ConfigureAwait(false));
            var anonymous = LinkScan.Find(
                await toys.PseudonymousAsync(cancellationToken).ConfigureAwait(false),
                await toys.PseudonymousAsync(cancellationToken).ConfigureAwait(false),
                await toys.PseudonymousAsync(cancellationToken).ConfigureAwait(false));
            return anonymous.Count == 0
                ? Judge(weak, 0)
                : AttackResult.Loss($"the scan links two sessions of a client that has nothing lasting, by {anonymous[0]}: it proves nothing");
        }
    }

    private async Task<IReadOnlyList<ProxiedPacket>> StrangerAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        if (testbed.Scheme != SchemeNames.Hardened)
        {
            var stranger = testbed.AddBystander("other device", SameLength(testbed.Publisher.Client));
            return await SessionAsync(testbed, stranger, isAborted: false, cancellationToken).ConfigureAwait(false);
        }

        // A publisher says more there than whoever talks to nobody: another one with a subscriber of its own, at a broker of the same name.
        var elsewhere = await AttackTestbed.OpenAsync(testbed.Options with { Seed = testbed.Options.Seed + 1, Party = null, ExternalDevice = null }, cancellationToken).ConfigureAwait(false);
        await using (elsewhere.ConfigureAwait(false))
        {
            await elsewhere.Subscriber.LogInAsync(cancellationToken).ConfigureAwait(false);
            return await SessionAsync(elsewhere, elsewhere.Publisher, isAborted: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private static AttackResult Judge(IReadOnlyList<Link> links, int packets) => links.Count == 0
        ? AttackResult.Loss($"no string of {LinkScan.MinimumPieceLength} or more bytes links the two sessions ({packets} packets in the second); addresses, ports, timing and lengths were not looked at")
        : AttackResult.Win($"the sessions are linked by {string.Join(", ", links.Take(3))}{(links.Count > 3 ? $" and {links.Count - 3} more" : "")}");

    private async Task<IReadOnlyList<ProxiedPacket>> SessionAsync(AttackTestbed testbed, TestbedDevice device, bool isAborted, CancellationToken cancellationToken)
    {
        var connections = testbed.Tap.Seen.Select(p => p.Connection).ToHashSet();
        if (isAborted)
        {
            var abort = new ClosePolicy(PacketField.ClientProof.Selector);
            testbed.Tap.Attack = abort;
            await device.TryLogInAsync(cancellationToken).ConfigureAwait(false);
            testbed.Tap.Attack = null;
            if (abort.Triggered == 0)
            {
                throw new InconclusiveException("aborted session", "to end at V_C", "no V_C at the tap");
            }
        }
        else
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
            await PublishAsync(testbed, device, cancellationToken).ConfigureAwait(false);
            await device.LogOutAsync().ConfigureAwait(false);
        }

        return [.. testbed.Tap.Seen.Where(p => !connections.Contains(p.Connection) && Counts(p) | p.Packet is ConnectPacket).Select(Mask)];
    }

    // Packets that do not count are emptied rather than left out: a session is still known by its CONNECT.
    private ProxiedPacket Mask(ProxiedPacket packet) => Counts(packet) ? packet : packet with { Raw = default };

    private static async Task PublishAsync(AttackTestbed testbed, TestbedDevice device, CancellationToken cancellationToken)
    {
        if (device == testbed.Publisher)
        {
            await testbed.AdmitAsync(device, cancellationToken).ConfigureAwait(false);
            await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
            await testbed.PublishAsync("level 0471 mm"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            return;
        }

        // The other device has nobody to talk to: what matters is that its session has the same packets, of the same lengths.
        var topic = SameLength(testbed.Topic);
        if (SchemeNames.IsHopByHop(testbed.Scheme))
        {
            if (testbed.Scheme == SchemeNames.MqttAuth)
            {
                SchemeTestbed.Require(await device.RequiredSession.CreateTopicAsync(topic, cancellationToken).ConfigureAwait(false));
                SchemeTestbed.Require(await device.RequiredSession.ShowTokenAsync(TokenOperation.Publish, topic, cancellationToken).ConfigureAwait(false));
            }

            await device.RequiredSession.PublishSealedAsync(topic, "level 0471 mm"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await device.RequiredSession.PublishAsync(topic, RandomNumberGenerator.GetBytes(16), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string SameLength(string name) => RandomNumberGenerator.GetString("KQVWXZ", Encoding.UTF8.GetByteCount(name));
}
