using System.Text;
using Harness.Mqtt;
using Harness.Record;

namespace Harness.Adversary.Claims;

/// <summary>What attacks on payloads do at the tap again and again.</summary>
internal static class Wire
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

    /// <summary>The payloads that came by on the ground's topic, in order.</summary>
    public static IReadOnlyList<byte[]> Payloads(Ground ground, Direction direction, string? topic = null) =>
        ground.Tap.Values(Target.Payload(direction, topic ?? ground.Topic));

    /// <summary>Number of a device's latest connection through the tap.</summary>
    public static int ConnectionOf(Ground ground, GroundDevice device) =>
        ground.Tap.Seen.LastOrDefault(p => p.Packet is ConnectPacket connect && connect.ClientId == device.Client)?.Connection
        ?? throw new InconclusiveException($"connection of the {device.Role}", "a CONNECT at the tap", "none");

    /// <summary>Puts a PUBLISH (QoS 0) into a device's connection: to the device as if from the broker, or to the broker as if from the device.</summary>
    public static async Task InjectAsync(
        Ground ground, GroundDevice device, Direction direction, string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var version = device.Session is null ? MqttVersion.V5 : VersionOf(ground, device);
        var bytes = MqttCodec.Encode(new PublishPacket { Topic = topic, Payload = payload }, version);
        await ground.Proxy.InjectAsync(ConnectionOf(ground, device), direction, bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the publisher publish, and keeps back at the tap what the broker sends the subscriber of it.</summary>
    /// <returns>The payloads as they were on their way to the subscriber, one for each plaintext; it got none of them.</returns>
    public static async Task<IReadOnlyList<byte[]>> HoldAsync(Ground ground, IReadOnlyList<byte[]> plaintexts, CancellationToken cancellationToken)
    {
        var before = Payloads(ground, Direction.ToClient).Count;
        ground.Tap.Attack = new DropPolicy(Target.Payload(Direction.ToClient, ground.Topic).Selector, NthPacketPolicy.Every);
        foreach (var plaintext in plaintexts)
        {
            await ground.PublishAsync(plaintext, cancellationToken).ConfigureAwait(false);
        }

        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        ground.Tap.Attack = null;
        var held = Payloads(ground, Direction.ToClient).Skip(before).ToArray();
        return read.Count == 0 && held.Length == plaintexts.Count
            ? held
            : throw new InconclusiveException("messages held at the tap", $"{plaintexts.Count}, none delivered", $"{held.Length} held, {read.Count} delivered");
    }

    /// <summary>The publisher publishes once more, undisturbed, and the subscriber reads all there is: what was injected before has been judged by then.</summary>
    /// <returns>What came before the honest message.</returns>
    /// <exception cref="InconclusiveException">The honest message did not come through: the attack cost the session, and nothing is proven.</exception>
    public static async Task<IReadOnlyList<ReadMessage>> ReadUpToHonestAsync(Ground ground, CancellationToken cancellationToken)
    {
        var honest = Reading(ground.Random);
        await ground.PublishAsync(honest, cancellationToken).ConfigureAwait(false);
        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return Carries(read.LastOrDefault(), honest)
            ? [.. read.SkipLast(1)]
            : throw new InconclusiveException("honest message after the attack", "opened by the subscriber", Describe(read));
    }

    /// <summary>Publishes undisturbed and requires that the subscriber reads it.</summary>
    /// <returns>The plaintext.</returns>
    public static async Task<byte[]> DeliverAsync(Ground ground, CancellationToken cancellationToken)
    {
        var reading = Reading(ground.Random);
        await ground.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return read.Any(m => Carries(m, reading)) ? reading : throw new InconclusiveException("honest message", "opened by the subscriber", Describe(read));
    }

    /// <summary>Whether a device made a plaintext of a message.</summary>
    public static bool Carries(ReadMessage? message, ReadOnlySpan<byte> plaintext) =>
        message?.Plaintext is { } opened && opened.Span.SequenceEqual(plaintext);

    /// <summary>What became of messages, for evidence: how many were opened and the codes of refusals, no plaintext.</summary>
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

    private static MqttVersion VersionOf(Ground ground, GroundDevice device)
    {
        var connection = ConnectionOf(ground, device);
        return ground.Tap.Seen.Last(p => p.Connection == connection).Version;
    }
}
