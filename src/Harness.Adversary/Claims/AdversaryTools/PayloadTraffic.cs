namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>Operations at the tap that attacks on payloads share.</summary>
internal static class PayloadTraffic
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>A reading that nobody can guess: ASCII of a length, as seeded chance draws it.</summary>
    public static byte[] Reading(Random random, int length = 40)
    {
        var reading = new byte[length];
        for (var i = 0; i < length; i++)
        {
            reading[i] = (byte)Letters[random.Next(Letters.Length)];
        }

        return reading;
    }

    /// <summary>The payloads that came by on the testbed's topic, in order.</summary>
    public static IReadOnlyList<byte[]> Payloads(AttackTestbed testbed, PacketDirection direction, string? topic = null) =>
        testbed.Tap.Values(topic is null ? OnTheWire(testbed, direction) : PacketField.Payload(direction, topic));

    /// <summary>The payloads on the publisher's topic on the wire, whatever it is by then.</summary>
    public static PacketField OnTheWire(AttackTestbed testbed, PacketDirection direction) => PacketField.Payload(direction, testbed.IsWireTopic);

    /// <summary>Number of a device's latest connection through the tap.</summary>
    public static int ConnectionOf(AttackTestbed testbed, TestbedDevice device) =>
        testbed.Tap.Seen.LastOrDefault(p => p.Packet is ConnectPacket connect && (connect.ClientId == device.Client || connect.ClientId == testbed.Broker.ConnectionOf(device.Client)))?.Connection
        ?? throw new InconclusiveException($"connection of {device.Name}", "a CONNECT at the tap", "none");

    /// <summary>Puts a PUBLISH (QoS 0) into a device's connection: to the device as if from the broker, or to the broker as if from the device.</summary>
    public static async Task InjectAsync(
        AttackTestbed testbed, TestbedDevice device, PacketDirection direction, string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var version = device.Session is null ? MqttVersion.V5 : VersionOf(testbed, device);
        var bytes = MqttCodec.Encode(new PublishPacket { Topic = topic, Payload = payload }, version);
        await testbed.Proxy.InjectAsync(ConnectionOf(testbed, device), direction, bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the publisher publish, and keeps back at the tap what the broker sends the subscriber of it.</summary>
    /// <returns>The payloads as they were on their way to the subscriber, one for each plaintext; it got none of them.</returns>
    public static async Task<IReadOnlyList<byte[]>> HoldAsync(AttackTestbed testbed, IReadOnlyList<byte[]> plaintexts, CancellationToken cancellationToken)
    {
        var before = Payloads(testbed, PacketDirection.ToClient).Count;
        testbed.Tap.Attack = new DropPolicy(OnTheWire(testbed, PacketDirection.ToClient).Selector, NthPacketPolicy.Every);
        foreach (var plaintext in plaintexts)
        {
            await testbed.PublishAsync(plaintext, cancellationToken).ConfigureAwait(false);
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        testbed.Tap.Attack = null;
        var held = Payloads(testbed, PacketDirection.ToClient).Skip(before).ToArray();
        return read.Count == 0 && held.Length == plaintexts.Count
            ? held
            : throw new InconclusiveException("messages held at the tap", $"{plaintexts.Count}, none delivered", $"{held.Length} held, {read.Count} delivered");
    }

    /// <summary>The publisher publishes once more, undisturbed, and the subscriber reads all there is: what was injected before has been judged by then.</summary>
    /// <returns>Messages received before the honest one.</returns>
    /// <exception cref="InconclusiveException">The honest message did not come through: the attack cost the session, and nothing is proven.</exception>
    public static async Task<IReadOnlyList<ReadMessage>> ReadUpToHonestAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var honest = Reading(testbed.Random);
        await testbed.PublishAsync(honest, cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return Carries(read.LastOrDefault(), honest)
            ? [.. read.SkipLast(1)]
            : throw new InconclusiveException("honest message after the attack", "opened by the subscriber", Describe(read));
    }

    /// <summary>Publishes undisturbed and requires that the subscriber reads it.</summary>
    /// <returns>The plaintext.</returns>
    public static async Task<byte[]> DeliverAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var reading = Reading(testbed.Random);
        await testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return read.Any(m => Carries(m, reading)) ? reading : throw new InconclusiveException("honest message", "opened by the subscriber", Describe(read));
    }

    /// <summary>A device authenticates again, undisturbed, and holds the keys that come of it.</summary>
    public static async Task ReauthenticateAsync(AttackTestbed testbed, TestbedDevice device, CancellationToken cancellationToken)
    {
        var attempt = await device.TryReauthenticateAsync(cancellationToken).ConfigureAwait(false);
        if (!attempt.Succeeded)
        {
            throw new InconclusiveException("honest re-authentication", "to succeed", attempt.Seen);
        }

        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True where a device made a plaintext of a message.</summary>
    public static bool Carries(ReadMessage? message, ReadOnlySpan<byte> plaintext) =>
        message?.Plaintext is { } opened && opened.Span.SequenceEqual(plaintext);

    /// <summary>Gets the outcomes of messages, for evidence: number opened and codes of refusals, no plaintext.</summary>
    public static string Describe(IReadOnlyList<ReadMessage> messages)
    {
        if (messages.Count == 0)
        {
            return "no message came";
        }

        var ends = messages.CountBy(m => m.Refusal is { } refusal ? Schemes.PartyRefusedException.Word(refusal) : "opened");
        return string.Join(", ", ends.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Value} {e.Key}"));
    }

    /// <summary>Bytes that are ASCII as they are, others as their number: plaintexts here are made up by the attack, no device's.</summary>
    public static string Quote(ReadOnlySpan<byte> plaintext)
    {
        foreach (var b in plaintext)
        {
            if (b is < 0x20 or > 0x7E)
            {
                return $"{plaintext.Length} bytes";
            }
        }

        return $"'{Encoding.ASCII.GetString(plaintext)}'";
    }

    private static MqttVersion VersionOf(AttackTestbed testbed, TestbedDevice device)
    {
        var connection = ConnectionOf(testbed, device);
        return testbed.Tap.Seen.Last(p => p.Connection == connection).Version;
    }
}
