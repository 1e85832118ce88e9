namespace Harness.Brokers.Conformance.Clients;

/// <summary>A session that was cut, and its continuation; one of the reasons stands where there is none.</summary>
/// <param name="Before">The connection that was cut.</param>
/// <param name="After">The connection by which the device came back; null where it did not.</param>
/// <param name="Why">The reason for which nothing was resumed; null where it was.</param>
/// <param name="Absent">True where the device keeps no session.</param>
internal sealed record Resumption(DeviceLink Before, DeviceLink? After, string? Why, bool Absent)
{
    /// <summary>The finding where nothing was resumed; null where it was.</summary>
    public Finding? Undecided => Why is null ? null : Absent ? Finding.Absent(Why) : Finding.NotDecided(Why);

    /// <summary>The packets that were unacknowledged at the cut: PUBLISH with QoS 1 and 2, in their order.</summary>
    public IReadOnlyList<Frame> Open => [.. Before.Of(PacketType.Publish).Where(f => f.Qos > 0)];
}

/// <summary>The sessions of a device that several statements are decided by, each held once a version, and whether the device still comes.</summary>
internal sealed class ClientSessions(ClientUnderTest client, CancellationToken stop) : IAsyncDisposable
{
    private const ushort Aliases = 10;
    private const int MissesBeforeTheEnd = 2;
    private readonly ConcurrentDictionary<(string Name, MqttVersion Version), Lazy<Task<object>>> _held = new();
    private readonly ConcurrentBag<ClientTalk> _talks = [];
    private int _misses;

    /// <summary>Identifiers of the messages that the observed device gets with QoS 1, in their order; the last is on a topic that it did not subscribe to.</summary>
    public static IReadOnlyList<ushort> SentOnce { get; } = [0x5101, 0x5102, 0x5103, 0x5104];

    /// <summary>Identifiers of the messages that the observed device gets with QoS 2, in their order.</summary>
    public static IReadOnlyList<ushort> SentTwice { get; } = [0x5201, 0x5202, 0x5203];

    public ClientUnderTest Client { get; } = client;

    /// <summary>The one port of all talks; null where each has its own.</summary>
    public DeviceListener? Listener { get; private set; }

    /// <summary>Begins to listen, where the device is to find one port for all.</summary>
    public void Open()
    {
        if (Client.Start is null || Client.Listen.Port != 0)
        {
            Listener = DeviceListener.Bind(Client.Listen);
            Client.Listening?.Invoke(Listener.Endpoint);
        }
    }

    /// <exception cref="NothingSeenException">The device did not come several times: it is not waited for any more.</exception>
    public void CheckThatItComes()
    {
        if (Volatile.Read(ref _misses) >= MissesBeforeTheEnd)
        {
            throw new NothingSeenException("no device comes any more");
        }
    }

    public void Came(bool came) => Interlocked.Exchange(ref _misses, came ? 0 : Volatile.Read(ref _misses) + 1);

    public Task<DeviceLink> ObservedAsync(MqttVersion version) => OnceAsync("observed", version, ObserveAsync);

    /// <summary>Takes a session for the observed one of the version by which the device came.</summary>
    public void Observed(MqttVersion version, DeviceLink link) => _held[("observed", version)] = new(() => Task.FromResult<object>(link));

    public Task<DeviceLink> HeldAsync(MqttVersion version) => OnceAsync("held", version, async talk =>
    {
        var link = await talk.ConnectAsync().ConfigureAwait(false);
        await link.SettleAsync(Serving.NoAcknowledgement).ConfigureAwait(false);
        link.LeftByItself = await link.EndsAsync(Serving.NoAcknowledgement).ConfigureAwait(false);
        return link;
    });

    public Task<Resumption> ResumedAsync(MqttVersion version) => OnceAsync("resumed", version, talk => ResumeAsync(talk, Serving.NoAcknowledgement, present: true));

    /// <summary>Cuts a session and lets the device resume it.</summary>
    /// <param name="talk">The talk.</param>
    /// <param name="serving">The answers before the cut.</param>
    /// <param name="present">False where the server has lost the session.</param>
    public static async Task<Resumption> ResumeAsync(ClientTalk talk, Serving serving, bool present)
    {
        var before = await talk.ConnectAsync().ConfigureAwait(false);
        if (!before.Connect!.KeepsSession)
        {
            return new Resumption(before, null, talk.Five ? "the device asks for no session that outlives the connection" : "the device connects with Clean Session 1", Absent: true);
        }

        if (await before.ServeAsync(talk.Client.AnswerWithin, f => f is { Type: PacketType.Publish, Qos: > 0 }, serving).ConfigureAwait(false) is null)
        {
            return new Resumption(before, null, "the device published nothing with QoS 1 or 2", Absent: false);
        }

        await before.SettleAsync(serving).ConfigureAwait(false);
        await before.SettleAsync(serving).ConfigureAwait(false); // the first may have ended with a SUBSCRIBE
        before.Dispose();
        var after = await talk.ReturnAsync(connect => new ConnAckPacket { SessionPresent = present && !connect.CleanStart }).ConfigureAwait(false);
        await after.ServeAsync(talk.Client.AnswerWithin).ConfigureAwait(false);
        return after.Connect!.CleanStart ? new Resumption(before, after, "the device came back with a clean start", Absent: false) : new Resumption(before, after, null, Absent: false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var talk in _talks)
        {
            await talk.DisposeAsync().ConfigureAwait(false);
        }

        Listener?.Dispose();
    }

    private async Task<T> OnceAsync<T>(string name, MqttVersion version, Func<ClientTalk, Task<T>> hold)
        where T : class =>
        (T)await _held.GetOrAdd((name, version), _ => new(async () =>
        {
            var talk = new ClientTalk(this, version, name, stop);
            _talks.Add(talk);
            try
            {
                return await hold(talk).ConfigureAwait(false);
            }
            finally
            {
                await talk.DisposeAsync().ConfigureAwait(false);
            }
        })).Value.ConfigureAwait(false);

    private static async Task<DeviceLink> ObserveAsync(ClientTalk talk)
    {
        var link = await talk.DialedAsync().ConfigureAwait(false);
        if (link.Connect?.Version is not { } version)
        {
            return link;
        }

        await talk.LetInAsync(link, version == MqttVersion.V5 ? new ConnAckPacket { TopicAliasMaximum = Aliases } : new ConnAckPacket()).ConfigureAwait(false);
        await link.SettleAsync().ConfigureAwait(false);
        await SendMessagesAsync(link).ConfigureAwait(false);
        await link.ServeAsync(talk.Client.ObserveFor).ConfigureAwait(false);
        link.LeftByItself = link.Ended || link.Goodbye is not null;
        if (!link.Ended && link.Goodbye is null)
        {
            talk.Device?.AskToEnd();
        }

        if (!link.Ended && (talk.Device is not null || link.Goodbye is not null))
        {
            await link.EndsAsync().ConfigureAwait(false);
        }

        return link;
    }

    private static Task SendMessagesAsync(DeviceLink link)
    {
        var topic = Receiving.TopicFor(link);
        var messages = new List<PublishPacket> { Receiving.Message(topic, 0, QualityOfService.AtMostOnce) };
        messages.AddRange(SentOnce.SkipLast(1).Select(id => Receiving.Message(topic, id, QualityOfService.AtLeastOnce)));
        messages.AddRange(SentTwice.Select(id => Receiving.Message(topic, id, QualityOfService.ExactlyOnce)));
        messages.Add(Receiving.Message("conformance/not-asked-for", SentOnce[^1], QualityOfService.AtLeastOnce));
        return link.SendAsync([.. messages]);
    }
}
