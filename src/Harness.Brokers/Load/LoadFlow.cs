namespace Harness.Brokers.Load;

/// <summary>A publisher and its subscribers. Each subscriber hands on what it got; the publisher's acknowledgements are counted.</summary>
/// <remarks>QoS 2 is held on both sides: PUBREC, PUBREL, PUBCOMP.</remarks>
internal sealed class LoadFlow : IAsyncDisposable
{
    private readonly LoadConnection _publisher;
    private readonly List<LoadConnection> _subscribers;
    private readonly LoadWorkload _workload;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _closes;
    private readonly List<Task> _loops = [];
    private long _acknowledged;
    private long _delivered;

    private LoadFlow(LoadConnection publisher, List<LoadConnection> subscribers, LoadWorkload workload, MessageTemplate message, CancellationToken stop)
    {
        (_publisher, _subscribers, _workload, Message, _stop) = (publisher, subscribers, workload, message, stop);
        _closes = stop.Register(Close); // a write to a broker that takes nothing ends with its connection alone
    }

    /// <summary>The message that is published.</summary>
    public MessageTemplate Message { get; }

    /// <summary>Messages that the broker acknowledged to the publisher; always 0 with QoS 0.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Messages that subscribers got, all together.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Called for each message with the time that it carries.</summary>
    public Action<long>? Arrived { get; set; }

    /// <summary>Called after each read that brought messages or acknowledgements.</summary>
    public Action? Progressed { get; set; }

    /// <summary>The error that ended a connection; null while all stand.</summary>
    public Exception? Failure { get; private set; }

    // A connection that ends by then was closed here.
    private bool IsOver => _end.IsCancellationRequested || _stop.IsCancellationRequested;

    /// <summary>Connects and subscribes.</summary>
    /// <inheritdoc cref="LoadConnection.OpenAsync" path="/exception"/>
    public static Task<LoadFlow> OpenAsync(BrokerUnderTest broker, LoadWorkload workload, CancellationToken stop) => Task.Run(() => ConnectAsync(broker, workload, stop), stop);

    private static async Task<LoadFlow> ConnectAsync(BrokerUnderTest broker, LoadWorkload workload, CancellationToken stop)
    {
        var topic = $"{broker.Prefix}/{Guid.NewGuid():N}";
        var alone = workload.Subscribers == 1;
        var open = new List<LoadConnection>();
        try
        {
            for (var i = 0; i <= workload.Subscribers; i++)
            {
                open.Add(await LoadConnection.OpenAsync(broker, $"{broker.Prefix}-{Guid.NewGuid().ToString("N")[..12]}", stop, blocking: alone).ConfigureAwait(false));
                if (i > 0)
                {
                    await open[i].SubscribeAsync(broker, topic, workload.Qos, stop).ConfigureAwait(false);
                }
            }

            return new LoadFlow(open[0], open[1..], workload, new MessageTemplate(topic, workload.Bytes, workload.Qos), stop);
        }
        catch
        {
            open.ForEach(c => c.Dispose());
            throw;
        }
    }

    /// <summary>Begins to receive: one subscriber on a thread of its own, as its publisher; many, and TLS, on the pool's.</summary>
    /// <param name="acknowledgesAtOnce">As <see cref="LoadConnection.AcknowledgesAtOnce"/>.</param>
    public void Start(bool acknowledgesAtOnce = false)
    {
        _publisher.AcknowledgesAtOnce = acknowledgesAtOnce;
        _subscribers.ForEach(s => s.AcknowledgesAtOnce = acknowledgesAtOnce);
        _loops.Add(Loop(_publisher, TakeAtPublisher));
        _loops.AddRange(_subscribers.Select(s => Loop(s, TakeAtSubscriber)));
    }

    /// <summary>Sends encoded messages.</summary>
    /// <exception cref="MqttException">The broker ended the connection, or takes nothing any more.</exception>
    /// <exception cref="OperationCanceledException">It was stopped meanwhile.</exception>
    public void Send(ReadOnlySpan<byte> messages)
    {
        try
        {
            _publisher.Send(messages);
        }
        catch (Exception e) when (e is MqttException or ObjectDisposedException && _stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, _stop);
        }
    }

    /// <summary>Throws the error that ended a connection, where one did.</summary>
    /// <exception cref="MqttException">A connection ended.</exception>
    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
        {
            throw failure as MqttException ?? new MqttNotConnectedException($"{_workload.Title}: {failure.Message}", failure);
        }
    }

    /// <summary>Waits until a number of messages arrived.</summary>
    /// <returns>False where it did not come to it in time.</returns>
    public async Task<bool> WaitAsync(long delivered, TimeSpan limit, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Delivered < delivered)
        {
            if (Stopwatch.GetElapsedTime(begun) > limit || Failure is not null)
            {
                return false;
            }

            await Task.Delay(10, stop).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Closes all connections and waits for their tasks.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closes.DisposeAsync().ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        Close();
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _end.Dispose();
    }

    private void Close()
    {
        _publisher.Dispose();
        _subscribers.ForEach(s => s.Dispose());
    }

    private static void Answer(ArrayBufferWriter<byte> answers, byte first, ReadOnlySpan<byte> packetId)
    {
        var packet = answers.GetSpan(4);
        (packet[0], packet[1]) = (first, 2);
        packetId[..2].CopyTo(packet[2..]);
        answers.Advance(4);
    }

    private Task Loop(LoadConnection connection, PacketTaker taker) => connection.IsBlocking ? OnThread(connection, taker) : ReceiveAsync(connection, taker);

    private Task OnThread(LoadConnection connection, PacketTaker taker) => Task.Factory.StartNew(
        () => GuardAsync(() =>
        {
            while (connection.Receive(taker, _end.Token))
            {
                Progressed?.Invoke();
            }

            return Task.CompletedTask;
        }),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private Task ReceiveAsync(LoadConnection connection, PacketTaker taker) => GuardAsync(async () =>
    {
        while (await connection.ReceiveAsync(taker, _end.Token).ConfigureAwait(false))
        {
            Progressed?.Invoke();
        }
    });

    private async Task GuardAsync(Func<Task> receive)
    {
        try
        {
            await receive().ConfigureAwait(false);
            Failure ??= IsOver ? null : new IOException("the broker closed a connection under load");
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or MqttException)
        {
            Failure ??= IsOver ? null : e;
        }
    }

    private void TakeAtPublisher(byte first, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> answers)
    {
        switch ((PacketType)(first >> 4))
        {
            case PacketType.PubAck or PacketType.PubComp:
                Interlocked.Increment(ref _acknowledged);
                break;
            case PacketType.PubRec:
                Answer(answers, 0x62, body);
                break;
        }
    }

    private void TakeAtSubscriber(byte first, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> answers)
    {
        switch ((PacketType)(first >> 4))
        {
            case PacketType.Publish:
                var qos = (QualityOfService)((first >> 1) & 3);
                var (id, stamp) = MessageTemplate.Read(body, qos);
                if (qos != QualityOfService.AtMostOnce)
                {
                    Span<byte> identifier = stackalloc byte[2];
                    BinaryPrimitives.WriteUInt16BigEndian(identifier, id);
                    Answer(answers, qos == QualityOfService.AtLeastOnce ? (byte)0x40 : (byte)0x50, identifier);
                }

                Interlocked.Increment(ref _delivered);
                Arrived?.Invoke(stamp);
                break;
            case PacketType.PubRel:
                Answer(answers, 0x70, body);
                break;
        }
    }
}
