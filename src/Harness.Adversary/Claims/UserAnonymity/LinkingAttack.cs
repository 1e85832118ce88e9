using System.Security.Cryptography;
using System.Text;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;

namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>Captures two sessions of the publisher and one of another device, and looks for what links the two.</summary>
internal abstract class LinkingAttack : Attack
{
    /// <summary>What an attack of this family says of itself.</summary>
    protected static AttackCard Describe(string id, string summary, string control) => new()
    {
        Id = id,
        Cell = new(Claim.UserAnonymity),
        Precondition = "An eavesdropper with a capture. IP addresses, ports, timing and lengths are excluded and not looked at.",
        Summary = summary,
        Observation = "A byte string of 6 or more bytes that stands in both sessions of one client and in none of another client's.",
        Reference = "Sahmi et al. 2021, table 3 (UA), section 5 a (user anonymity); MQTT 5 section 3.1.3.1 (ClientId), 3.3.2.1 (topic name)",
        Control = control,
    };

    /// <summary>Which of the captured packets are looked at.</summary>
    protected virtual bool Counts(ProxiedPacket packet) => true;

    /// <summary>Whether the second session ends before V_C reaches the broker.</summary>
    protected virtual bool SecondIsAborted => false;

    /// <summary>A session of a toy client that must be linked: the same at each call but for what changes from session to session.</summary>
    /// <param name="toys">The toys.</param>
    /// <param name="who">0 for one client, 1 for another.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    protected abstract Task<IReadOnlyList<ProxiedPacket>> LinkableToyAsync(ToyClients toys, int who, CancellationToken cancellationToken);

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ground);
        foreach (var device in ground.Devices.Where(d => d != ground.Publisher))
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
        }

        var first = await SessionAsync(ground, ground.Publisher, isAborted: false, cancellationToken).ConfigureAwait(false);
        var second = await SessionAsync(ground, ground.Publisher, SecondIsAborted, cancellationToken).ConfigureAwait(false);
        var stranger = await ground.AddDeviceAsync("other device", SameLength(ground.Publisher.Client), cancellationToken).ConfigureAwait(false);
        var other = await SessionAsync(ground, stranger, isAborted: false, cancellationToken).ConfigureAwait(false);
        return Judge(LinkScan.Find(first, second, other), second.Count);
    }

    public override async Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grounds);
        var toys = await ToyClients.OpenAsync(Seed, cancellationToken).ConfigureAwait(false);
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

    private static AttackResult Judge(IReadOnlyList<Link> links, int packets) => links.Count == 0
        ? AttackResult.Loss($"no string of {LinkScan.Shortest} or more bytes links the two sessions ({packets} packets in the second); addresses, ports, timing and lengths were not looked at")
        : AttackResult.Win($"the sessions are linked by {string.Join(", ", links.Take(3))}{(links.Count > 3 ? $" and {links.Count - 3} more" : "")}");

    private async Task<IReadOnlyList<ProxiedPacket>> SessionAsync(Ground ground, GroundDevice device, bool isAborted, CancellationToken cancellationToken)
    {
        var connections = ground.Tap.Seen.Select(p => p.Connection).ToHashSet();
        if (isAborted)
        {
            var abort = new ClosePolicy(Target.ClientProof.Selector);
            ground.Tap.Attack = abort;
            await device.TryLogInAsync(null, null, cancellationToken).ConfigureAwait(false);
            ground.Tap.Attack = null;
            if (abort.Triggered == 0)
            {
                throw new InconclusiveException("aborted session", "to end at V_C", "no V_C at the tap");
            }
        }
        else
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
            await PublishAsync(ground, device, cancellationToken).ConfigureAwait(false);
            await device.LogOutAsync().ConfigureAwait(false);
        }

        return [.. ground.Tap.Seen.Where(p => !connections.Contains(p.Connection) && Counts(p) | p.Packet is ConnectPacket).Select(Mask)];
    }

    // What does not count is emptied rather than left out: a session is still known by its CONNECT.
    private ProxiedPacket Mask(ProxiedPacket packet) => Counts(packet) ? packet : packet with { Raw = default };

    private static async Task PublishAsync(Ground ground, GroundDevice device, CancellationToken cancellationToken)
    {
        if (device == ground.Publisher)
        {
            await ground.AdmitAsync(device, cancellationToken).ConfigureAwait(false);
            await ground.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
            await ground.PublishAsync("level 0471 mm"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            return;
        }

        // The other device has nobody to talk to: what matters is that its session has the same packets, of the same lengths.
        var topic = SameLength(ground.Topic);
        if (SchemeNames.IsHopByHop(ground.Scheme))
        {
            if (ground.Scheme == SchemeNames.MqttAuth)
            {
                GroundTokens.Granted("creation of another topic", await device.Required.CreateTopicAsync(topic, cancellationToken).ConfigureAwait(false));
                GroundTokens.Granted("token of another topic", await device.Required.ShowTokenAsync(TokenOperation.Publish, topic, cancellationToken).ConfigureAwait(false));
            }

            await device.Required.PublishSealedAsync(topic, "level 0471 mm"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await device.Required.PublishAsync(topic, RandomNumberGenerator.GetBytes(16), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string SameLength(string name) => RandomNumberGenerator.GetString("KQVWXZ", Encoding.UTF8.GetByteCount(name));
}
