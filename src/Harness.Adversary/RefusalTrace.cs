namespace Harness.Adversary;

/// <summary>A client's view of a refused login, without the one value that must differ: the broker's fresh Y.</summary>
public static class RefusalTrace
{
    /// <summary>The broker's packets of one connection, one after the other, Y's bytes set to zero.</summary>
    public static byte[] Of(Tap tap, int connection)
    {
        ArgumentNullException.ThrowIfNull(tap);
        var trace = new MemoryStream();
        foreach (var packet in tap.Seen.Where(p => p.Connection == connection && p.Direction == PacketDirection.ToClient))
        {
            var bytes = packet.Raw.ToArray();
            if (PacketField.Y.TryRead(packet, out var y) && bytes.AsSpan().IndexOf(y) is >= 0 and var at)
            {
                bytes.AsSpan(at, y.Length).Clear();
            }

            trace.Write(bytes);
        }

        return trace.ToArray();
    }
}
