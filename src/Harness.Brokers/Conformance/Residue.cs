namespace Harness.Brokers.Conformance;

/// <summary>The sessions that outlive their connection, and the retained messages, that one statement makes a broker keep. They are noted as they are sent, and removed once the statement is over, also where it was stopped.</summary>
/// <param name="broker">The broker.</param>
/// <param name="version">The version of the statement.</param>
internal sealed class Residue(BrokerUnderTest broker, MqttVersion version)
{
    private static readonly TimeSpan RemovedWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WillWithin = TimeSpan.FromSeconds(3);
    private readonly HashSet<string> _sessions = [];
    private readonly HashSet<string> _topics = [];
    private readonly HashSet<string> _wills = [];

    /// <summary>Notes the sessions and messages that a packet makes the broker keep.</summary>
    public void Note(MqttPacket packet)
    {
        if (packet is ConnectPacket { ClientId.Length: > 0 } connect && (version == MqttVersion.V5 ? connect.SessionExpiryInterval > 0 : !connect.CleanStart))
        {
            _sessions.Add(connect.ClientId);
        }

        if (packet is ConnectPacket { Will: { } will })
        {
            (will.Retain ? _wills : _topics).Add(will.Topic); // a broker may retain one that it must not
        }
        else if (packet is PublishPacket { Retain: true, Topic.Length: > 0 } message)
        {
            _topics.Add(message.Topic);
        }
    }

    /// <summary>Removes them, in a time of its own: that of the statement may be over.</summary>
    /// <returns>False where the broker did not let it.</returns>
    public async Task<bool> RemoveAsync()
    {
        using var limit = new CancellationTokenSource(RemovedWithin);
        using var talk = new Conversation(broker, version, "removal", limit.Token);
        var all = true;
        foreach (var client in _sessions)
        {
            all &= await TryAsync(() => talk.ForgetAsync(client)).ConfigureAwait(false);
        }

        return (_topics.Count + _wills.Count == 0 || await TryAsync(() => UnretainAsync(talk)).ConfigureAwait(false)) && all;
    }

    private static async Task<bool> TryAsync(Func<Task> remove)
    {
        try
        {
            await remove().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is NothingSeenException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task UnretainAsync(Conversation talk)
    {
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        if (peer.Answer.RetainAvailable == false)
        {
            return; // and a message that asks for it would be an error
        }

        foreach (var will in _wills)
        {
            // The will of a connection that broke may come late, and be retained only then.
            await peer.SubscribeAsync(will).ConfigureAwait(false);
            await peer.MessageAsync(WillWithin).ConfigureAwait(false);
        }

        foreach (var topic in _topics.Union(_wills))
        {
            await peer.PublishAsync(new PublishPacket { Topic = topic, Retain = true }).ConfigureAwait(false);
        }
    }
}
