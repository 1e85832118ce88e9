using System.Net.Security;

namespace Harness.Brokers.Conformance;

/// <summary>One connection to the broker under test, packet by packet. It acknowledges nothing by itself.</summary>
internal sealed class Peer(Socket socket, SslStream? tls, Conversation conversation) : Wire(socket, tls, conversation.Stop)
{
    private readonly Queue<PublishPacket> _messages = new();
    private NothingSeenException? _undecodable;

    public override MqttVersion Version => conversation.Version;

    /// <summary>The broker's DISCONNECT, where it sent one.</summary>
    public DisconnectPacket? Goodbye { get; private set; }

    /// <summary>The answer to CONNECT.</summary>
    public ConnAckPacket Answer { get; set; } = new();

    public override Task SendAsync(params MqttPacket[] packets)
    {
        Array.ForEach(packets, packet => conversation.Residue?.Note(packet)); // before it is sent: whether it got through may never be known
        return base.SendAsync(packets);
    }

    /// <summary>Reads the next packet; null where the broker ended the connection.</summary>
    /// <exception cref="NothingSeenException">Nothing came in time.</exception>
    public async Task<MqttPacket?> NextAsync(TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(conversation.Stop);
        limit.CancelAfter(within ?? conversation.Broker.AnswerWithin);
        while (!Ended)
        {
            if (Received.Count > 0 && TryDecode(out var packet))
            {
                Goodbye = packet as DisconnectPacket ?? Goodbye;
                return packet;
            }

            if (!await ReceiveAsync(limit.Token).ConfigureAwait(false))
            {
                throw new SilenceException($"nothing came for {(within ?? conversation.Broker.AnswerWithin).TotalSeconds:0.#} s");
            }
        }

        return null;
    }

    /// <summary>The code of CONNACK, which stays unread: a broker that does not speak the version of CONNECT may answer in the form of the one that it speaks. Null where the connection ended.</summary>
    /// <exception cref="NothingSeenException">Another packet came, or nothing in time.</exception>
    public async Task<byte?> ConnAckCodeAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(conversation.Stop);
        limit.CancelAfter(conversation.Broker.AnswerWithin);
        while (!Ended)
        {
            var header = 1 + Received.Skip(1).TakeWhile(b => b >= 0x80).Count() + 1;
            if (Received.Count > 0 && Received[0] != (byte)PacketType.ConnAck << 4)
            {
                throw new NothingSeenException($"0x{Received[0]:x2} came in the place of CONNACK");
            }

            if (Received.Count >= header + 2)
            {
                return Received[header + 1];
            }

            if (!await ReceiveAsync(limit.Token).ConfigureAwait(false))
            {
                throw new SilenceException($"nothing came for {conversation.Broker.AnswerWithin.TotalSeconds:0.#} s");
            }
        }

        return null;
    }

    /// <summary>Reads until a packet of a type; messages that come before it are kept for <see cref="MessageAsync"/>.</summary>
    /// <exception cref="NothingSeenException">The connection ended, another packet came, or nothing.</exception>
    public async Task<T> ExpectAsync<T>()
        where T : MqttPacket
    {
        while (true)
        {
            switch (await NextAsync().ConfigureAwait(false))
            {
                case T wanted:
                    return wanted;
                case PublishPacket message:
                    _messages.Enqueue(message);
                    break;
                case var other:
                    throw new NothingSeenException($"{Words(other)}, where {typeof(T).Name.Replace("Packet", "", StringComparison.Ordinal).ToUpperInvariant()} was expected");
            }
        }
    }

    /// <summary>Reads an answer that is itself demanded; null where the broker sends nothing.</summary>
    /// <exception cref="NothingSeenException">The connection ended, or another packet came.</exception>
    public async Task<T?> AnswerAsync<T>()
        where T : MqttPacket
    {
        try
        {
            return await ExpectAsync<T>().ConfigureAwait(false);
        }
        catch (SilenceException)
        {
            return null;
        }
    }

    /// <summary>Reads the next message and, with QoS 1, acknowledges it; null where none comes.</summary>
    /// <param name="within">Longest wait; null for the usual one.</param>
    /// <param name="acknowledge">False leaves it unacknowledged.</param>
    public async Task<PublishPacket?> MessageAsync(TimeSpan? within = null, bool acknowledge = true)
    {
        PublishPacket? message = null;
        try
        {
            while (message is null && !_messages.TryDequeue(out message) && await NextAsync(within).ConfigureAwait(false) is { } packet)
            {
                message = packet as PublishPacket;
            }
        }
        catch (NothingSeenException)
        {
            return null;
        }

        if (acknowledge && message is { Qos: QualityOfService.AtLeastOnce })
        {
            await SendAsync(new PubAckPacket { PacketId = message.PacketId }).ConfigureAwait(false);
        }

        return message;
    }

    /// <summary>Reads the next message; null where nothing came, and only there.</summary>
    /// <exception cref="NothingSeenException">The connection ended, or what came is no packet: that is no silence.</exception>
    public async Task<PublishPacket?> QuietAsync(TimeSpan? within = null, bool acknowledge = true) =>
        await MessageAsync(within, acknowledge).ConfigureAwait(false) ?? (Ended ? throw new NothingSeenException(Words(null)) : _undecodable is not null ? throw _undecodable : null);

    /// <summary>Waits for a message that must not come. A broker that froze is silent too, so that it must answer PINGREQ on this connection afterwards.</summary>
    /// <returns>The message that came all the same; else null.</returns>
    /// <exception cref="NothingSeenException">The connection ended, or it does not answer.</exception>
    public async Task<PublishPacket?> NothingAsync(TimeSpan? within = null, bool acknowledge = true)
    {
        if (await QuietAsync(within ?? conversation.Broker.Silence, acknowledge).ConfigureAwait(false) is { } early)
        {
            return early;
        }

        await SendAsync(new PingReqPacket()).ConfigureAwait(false);
        if (await AnswerAsync<PingRespPacket>().ConfigureAwait(false) is null)
        {
            throw new NothingSeenException("no message came, and PINGREQ was not answered after that");
        }

        return _messages.Count == 0 ? null : await MessageAsync(acknowledge: acknowledge).ConfigureAwait(false);
    }

    /// <summary>Waits until the broker ends the connection.</summary>
    /// <returns>False where it did not within the limit.</returns>
    public async Task<bool> EndsAsync(TimeSpan? within = null)
    {
        var until = DateTime.UtcNow + (within ?? conversation.Broker.AnswerWithin);
        try
        {
            while (DateTime.UtcNow < until && await NextAsync(until - DateTime.UtcNow).ConfigureAwait(false) is not null)
            {
            }
        }
        catch (SilenceException)
        {
            return false;
        }
        catch (NothingSeenException)
        {
            return await EndsAsync(until - DateTime.UtcNow).ConfigureAwait(false); // an answer in another version's form, say: its end is asked for
        }

        return Ended;
    }

    /// <summary>Subscribes and returns the reasons of SUBACK.</summary>
    public async Task<IReadOnlyList<ReasonCode>> SubscribeAsync(params TopicSubscription[] subscriptions)
    {
        await SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = subscriptions }).ConfigureAwait(false);
        return (await ExpectAsync<SubAckPacket>().ConfigureAwait(false)).Reasons;
    }

    /// <summary>Subscribes to one filter, which must be granted.</summary>
    public async Task SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce)
    {
        var reasons = await SubscribeAsync(new TopicSubscription(filter, qos)).ConfigureAwait(false);
        if (reasons is not [< ReasonCode.UnspecifiedError])
        {
            throw new NothingSeenException($"the broker does not grant a subscription to {filter} (0x{(byte)reasons[0]:x2})");
        }
    }

    /// <summary>Publishes with QoS 1 and waits for PUBACK.</summary>
    public async Task PublishAsync(PublishPacket message)
    {
        await SendAsync(message with { Qos = QualityOfService.AtLeastOnce, PacketId = 7 }).ConfigureAwait(false);
        await ExpectAsync<PubAckPacket>().ConfigureAwait(false);
    }

    /// <summary>Says goodbye and closes.</summary>
    public async Task LeaveAsync()
    {
        await SendAsync(new DisconnectPacket()).ConfigureAwait(false);
        await EndsAsync().ConfigureAwait(false);
        Dispose();
    }

    internal static string Words(MqttPacket? packet) => packet switch
    {
        null => "the connection ended",
        DisconnectPacket { Reason: var reason } => $"DISCONNECT 0x{(byte)reason:x2} came",
        ConnAckPacket { Reason: var reason } => $"CONNACK 0x{(byte)reason:x2} came",
        _ => $"{packet.Type.ToString().ToUpperInvariant()} came",
    };

    private bool TryDecode(out MqttPacket? packet)
    {
        try
        {
            if (!MqttCodec.TryDecode(CollectionsMarshal.AsSpan(Received), conversation.Version, conversation.Limits, out packet, out var consumed))
            {
                return false;
            }

            Received.RemoveRange(0, consumed);
            return true;
        }
        catch (MqttProtocolException e)
        {
            Received.Clear();
            throw _undecodable = new NothingSeenException($"the broker sent bytes that are no packet ({e.Message})");
        }
    }
}
