namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>The hop between broker and device in the hands of whoever holds its SK, as the broker does: it says what it likes in a partner's name, and hears what the device says (hardened).</summary>
/// <remarks>The broker goes on carrying what it carries; what it says to the device after this one spoke has lower counts, and is refused.</remarks>
internal sealed class BrokerHop : IDisposable
{
    // Counts that the broker itself may have used by then.
    private const int Burnt = 200;

    private readonly AttackTestbed _testbed;
    private readonly TestbedDevice _device;
    private readonly PairChannel _says;
    private readonly PairChannel _hears;
    private readonly HashSet<ProxiedPacket> _heard = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes the hop of a device that is logged in; what the device said before is not heard again.</summary>
    public BrokerHop(AttackTestbed testbed, TestbedDevice device)
    {
        (_testbed, _device) = (testbed, device);
        var key = testbed.BrokerKey(device.Client);
        _says = new PairChannel(testbed.Options.PairCipher, key, device.Client, isBroker: true);
        _hears = new PairChannel(testbed.Options.PairCipher, key, device.Client, isBroker: true);
        for (var i = 0; i < Burnt; i++)
        {
            _says.Seal("", []);
        }

        _heard.UnionWith(testbed.Tap.Seen.Where(IsFromDevice));
    }

    /// <summary>The device's pair topic.</summary>
    public string Topic => _says.Topic;

    /// <summary>Says something to the device in a partner's name.</summary>
    public Task SayAsync(string partner, PairMessage message, CancellationToken cancellationToken) =>
        PayloadTraffic.InjectAsync(_testbed, _device, PacketDirection.ToClient, Topic, _says.Seal(partner, message.Encode()), cancellationToken);

    /// <summary>The next thing that the device says through the tap and that meets a condition; what comes before it is passed over.</summary>
    /// <exception cref="InconclusiveException">None came in time.</exception>
    public async Task<PairMessage> HearAsync(Func<PairMessage, bool> wanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_testbed.Options.Timeout);
        try
        {
            while (true)
            {
                var packet = await _testbed.Tap.WaitForAsync(p => IsFromDevice(p) && !_heard.Contains(p), limit.Token).ConfigureAwait(false);
                _heard.Add(packet);
                if (Decode(_hears, packet) is { } heard && wanted(heard))
                {
                    return heard;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException($"pair topic of {_device.Name}", "an answer to what the adversary said", "none in time");
        }
    }

    /// <summary>The keys of epochs that the device has sent by now, sealed as they are.</summary>
    public IReadOnlyList<PairMessage> Epochs() => [.. Said().Where(m => m.Kind == PairMessageKind.Epoch)];

    /// <summary>All that the device has said by now on this connection.</summary>
    public IReadOnlyList<PairMessage> Said()
    {
        using var channel = new PairChannel(_testbed.Options.PairCipher, _testbed.BrokerKey(_device.Client), _device.Client, isBroker: true);
        return [.. _testbed.Tap.Seen.Where(IsFromDevice).Select(p => Decode(channel, p)).OfType<PairMessage>()];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _says.Dispose();
        _hears.Dispose();
    }

    private bool IsFromDevice(ProxiedPacket packet) => packet.Direction == PacketDirection.ToBroker && packet.Packet is PublishPacket message && message.Topic == Topic;

    private static PairMessage? Decode(PairChannel channel, ProxiedPacket packet) =>
        channel.Open(((PublishPacket)packet.Packet!).Payload.Span, out _, out var body) == HardenedResult.Opened && PairMessage.TryDecode(body, out var decoded) ? decoded : null;
}
