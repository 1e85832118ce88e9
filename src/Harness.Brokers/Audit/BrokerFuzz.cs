namespace Harness.Brokers.Audit;

/// <summary>Cases of a fuzz: seeded, so that one command repeats each.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="First">Index of the first case.</param>
/// <param name="Count">Number of cases.</param>
public sealed record FuzzPlan(int Seed, int First, int Count);

/// <summary>Sends mutated packets after a real login, and sees by the next login whether the broker survived.</summary>
public static class BrokerFuzz
{
    private const int Tries = 3;
    private const string Id = "fuzz", Question = "it survives mutated packets after a login";

    /// <summary>Runs the cases until the broker takes no client any more.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="plan">The cases.</param>
    /// <param name="plain">The address that takes plain MQTT for it.</param>
    /// <param name="again">The command that repeats cases, without their numbers.</param>
    /// <param name="sending">Told of the bytes of each case before they are sent.</param>
    /// <param name="told">Told of each case that the broker survived.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AuditCheck> RunAsync(AuditTarget target, FuzzPlan plan, AuditPath plain, string again, Action<byte[]>? sending, Action<int>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(plan);
        AuditTarget? login = null;
        if (!await EntersAsync(plain, null, cancellationToken).ConfigureAwait(false))
        {
            login = target;
            if (target.User is null || !await EntersAsync(plain, target, cancellationToken).ConfigureAwait(false))
            {
                return AuditCheck.Open(Id, Question, "no login");
            }
        }

        var (since, sent) = (Stopwatch.GetTimestamp(), 0);
        for (var i = plan.First; i < plan.First + plan.Count; i++)
        {
            sending?.Invoke(Case(plan.Seed, i, VersionOf(i)));
            sent += await SendAsync(plain, login, plan.Seed, i, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            if (!await SurvivesAsync(plain, login, cancellationToken).ConfigureAwait(false))
            {
                return new AuditCheck(Id, Question, AuditSeverity.High, string.Create(CultureInfo.InvariantCulture, $"after case {i} of seed {plan.Seed} it takes no client any more; repeat: {again} --active --fuzz 1 --fuzz-first {i} --seed {plan.Seed}"), "an update of the broker; its log and core file go to its makers with the case");
            }

            told?.Invoke(i);
        }

        return AuditCheck.Ok(Id, Question, string.Create(CultureInfo.InvariantCulture, $"{plan.Count} cases of seed {plan.Seed} from case {plan.First} on in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s{(sent < plan.Count ? $"; {plan.Count - sent} of them were not sent, as the login before them was refused" : "")}"));
    }

    /// <summary>The bytes of a case: the same for the same numbers.</summary>
    internal static byte[] Case(int seed, int index, MqttVersion version)
    {
        var random = new Random(unchecked((seed * 1_000_003) + index));
        var corpus = Corpus(version);
        return [.. Enumerable.Range(0, random.Next(1, 5)).SelectMany(_ => Mutate([.. corpus[random.Next(corpus.Count)]], random))];
    }

    /// <summary>MQTT 5.0 and 3.1.1 in turn; a broker of one version refuses the other at the login, which is a case too.</summary>
    internal static MqttVersion VersionOf(int index) => index % 2 == 0 ? MqttVersion.V311 : MqttVersion.V5;

    private static List<byte> Mutate(List<byte> bytes, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, new byte[random.Next(1, 9)]);
                    break;
                case 3 when bytes.Count > 2:
                    bytes.RemoveAt(at);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(8, bytes.Count - at)));
                    break;
                case 5 when bytes.Count > 1:
                    bytes[1] = ((byte[])[0, 1, 0x7f, 0x80, 0xff])[random.Next(5)]; // the remaining length
                    break;
                default:
                    bytes[at] = 0xff;
                    break;
            }
        }

        return bytes;
    }

    private static List<byte[]> Corpus(MqttVersion version)
    {
        MqttPacket[] packets =
        [
            new PublishPacket { Topic = "audit/fuzz", Payload = new byte[] { 1, 2, 3 }, Qos = QualityOfService.AtMostOnce }, new PublishPacket { Topic = "audit/fuzz/1", Payload = new byte[16], Qos = QualityOfService.AtLeastOnce, PacketId = 1 },
            new PublishPacket { Topic = "audit/fuzz/2", Qos = QualityOfService.ExactlyOnce, PacketId = 2 }, new PubRelPacket { PacketId = 2 }, new PubAckPacket { PacketId = 3 }, new PubRecPacket { PacketId = 4 }, new PubCompPacket { PacketId = 5 },
            new SubscribePacket { PacketId = 6, Subscriptions = [new TopicSubscription("audit/+/fuzz", QualityOfService.AtLeastOnce), new TopicSubscription("audit/fuzz/#", QualityOfService.ExactlyOnce)] },
            new UnsubscribePacket { PacketId = 7, Filters = ["audit/+/fuzz"] }, new PingReqPacket(), new DisconnectPacket(), new ConnectPacket { ClientId = "audit-fuzz" },
            .. version == MqttVersion.V5 ? (MqttPacket[])
            [
                new PublishPacket { Topic = "audit/fuzz", TopicAlias = 1, MessageExpiryInterval = 1, UserProperties = [new UserProperty("a", "b")] }, new AuthPacket { AuthenticationMethod = "x" },
            ] : [],
        ];
        return [.. packets.Select(p => MqttCodec.Encode(p, version))];
    }

    /// <returns>False where the login before it was refused, so that nothing was sent.</returns>
    private static async Task<bool> SendAsync(AuditPath plain, AuditTarget? login, int seed, int index, CancellationToken cancellationToken)
    {
        var version = VersionOf(index);
        using var talk = AuditTalk.Open(plain, version, login, cancellationToken);
        var isSent = false;
        try
        {
            var peer = await talk.OpenAsync().ConfigureAwait(false);
            isSent = true;
            await peer.SendAsync(Case(seed, index, version)).ConfigureAwait(false);
            await peer.NextAsync(TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
        }
        catch (NothingSeenException)
        {
            // Silence, or bytes that are no packet: the next login judges.
        }

        return isSent;
    }

    private static async Task<bool> SurvivesAsync(AuditPath plain, AuditTarget? login, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await EntersAsync(plain, login, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> EntersAsync(AuditPath plain, AuditTarget? login, CancellationToken cancellationToken) =>
        (await Entrance.TryAsync(plain, MqttVersion.V311, login, cancellationToken).ConfigureAwait(false)).IsIn == true;
}
