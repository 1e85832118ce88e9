using System.Text.Json;

namespace Harness.Adversary.Capture;

/// <summary>Lists the MQTT packets of a capture, one JSON object a line, for readers that have no dissector: <c>{"seconds":0.0012,"connection":1,"to":"to the broker",
/// "altered":false,"packet":"Publish Message","fields":[["mqtt.topic","a/b"]]}</c>.</summary>
public static class PacketListing
{
    /// <summary>The suffix of a capture's name for its listing.</summary>
    public const string Ending = ".packets.jsonl";

    // As large as the tap takes.
    private static readonly MqttLimits Limits = new() { MaximumPacketSize = 4 * 1024 * 1024, MaximumUserProperties = 65536 };

    /// <summary>Saves the listing beside its capture.</summary>
    /// <param name="capturePath">Path of the capture.</param>
    /// <param name="capture">The bytes, in order of time.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string capturePath, IReadOnlyList<CapturedBytes> capture)
    {
        using var output = new StreamWriter(capturePath + Ending);
        Write(output, capture);
    }

    /// <summary>Writes the listing.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="capture">The bytes, in order of time.</param>
    public static void Write(TextWriter output, IReadOnlyList<CapturedBytes> capture)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(capture);
        var pending = new Dictionary<(int, PacketDirection, bool), byte[]>();
        var versions = new Dictionary<int, MqttVersion>();
        foreach (var bytes in capture)
        {
            var way = (bytes.Connection, bytes.Direction, bytes.Left);
            byte[] rest = [.. pending.GetValueOrDefault(way, []), .. bytes.Bytes.Span];
            while (rest.Length > 0 && Take(rest, versions.GetValueOrDefault(bytes.Connection, MqttVersion.V5), out var packet, out var length))
            {
                if (packet is ConnectPacket connect)
                {
                    versions[bytes.Connection] = connect.Version;
                }

                Line(output, bytes, capture[0].At, packet, rest.AsSpan(0, length));
                rest = rest[length..];
            }

            pending[way] = rest;
        }
    }

    // What no packet begins with is shown as the bytes it is, and so is all that came with it.
    private static bool Take(byte[] bytes, MqttVersion version, out MqttPacket? packet, out int length)
    {
        try
        {
            return MqttCodec.TryDecode(bytes, version, Limits, out packet, out length);
        }
        catch (MqttProtocolException)
        {
            (packet, length) = (null, bytes.Length);
            return true;
        }
    }

    private static void Line(TextWriter output, CapturedBytes of, DateTimeOffset start, MqttPacket? packet, ReadOnlySpan<byte> bytes)
    {
        IEnumerable<(string Name, string Value)> fields = packet is null ? [("data", PacketFields.Hex(bytes))] : PacketFields.Of(packet);
        output.WriteLine(JsonSerializer.Serialize(new
        {
            seconds = Math.Round((of.At - start).TotalSeconds, 6), connection = of.Connection, to = of.Direction == PacketDirection.ToBroker ? "to the broker" : "to the client",
            altered = of.Left, packet = packet is null ? "Malformed Packet" : PacketFields.Name(packet), fields = fields.Select(f => new[] { f.Name, f.Value }),
        }));
    }
}
