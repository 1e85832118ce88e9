using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Harness.Reporting.Tests.Traces;

/// <summary>A span as it was sent.</summary>
internal sealed record SentSpan(string TraceId, string Id, string ParentId, string Name, long Begin, long End, string Status);

/// <summary>A collector of traces by OTLP over HTTP, as far as tests need one: it answers every request with one status and reads the spans by their numbers in the protocol.</summary>
internal sealed class OtlpListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<SentSpan> _spans = [];
    private readonly List<string> _heads = [];
    private readonly List<string> _texts = [];
    private readonly Task _serving;
    private readonly int _status;

    public OtlpListener(int status)
    {
        _status = status;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Address { get; }

    public IReadOnlyList<SentSpan> Spans => Locked(() => _spans.ToList());

    public IEnumerable<string> Paths => Locked(() => _heads.Select(head => head.Split(' ')[1]).ToList());

    public string Headers => Locked(() => string.Join('\n', _heads));

    public IReadOnlyList<string> Texts => Locked(() => _texts.ToList());

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_spans)
        {
            return read();
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test ended.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            while (await HeadAsync(stream) is { } head)
            {
                var length = head.Split('\n').Select(line => line.Trim().Split(": ")).Where(line => line[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture)).Single();
                var body = new byte[length];
                await stream.ReadExactlyAsync(body);
                lock (_spans)
                {
                    _heads.Add(head);
                    Request(body);
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {_status} x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"));
            }
        }
    }

    private static async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    // ExportTraceServiceRequest 1: ResourceSpans { 1: Resource, 2: ScopeSpans { 2: Span } }.
    private void Request(byte[] body)
    {
        foreach (var resourceSpans in Fields(body).Where(f => f.Number == 1))
        {
            foreach (var field in Fields(resourceSpans.Bytes))
            {
                if (field.Number == 1)
                {
                    _texts.AddRange(Fields(field.Bytes).SelectMany(attribute => Fields(attribute.Bytes)).SelectMany(part => part.Number == 1 ? [Text(part.Bytes)] : Fields(part.Bytes).Select(value => Text(value.Bytes))));
                }
                else if (field.Number == 2)
                {
                    _spans.AddRange(Fields(field.Bytes).Where(f => f.Number == 2).Select(span => Span(Fields(span.Bytes).ToLookup(f => f.Number, f => f.Bytes))));
                }
            }
        }
    }

    private static SentSpan Span(ILookup<int, byte[]> fields)
    {
        var status = Fields(fields[15].FirstOrDefault() ?? []).ToLookup(f => f.Number, f => f.Bytes);
        return new SentSpan(
            Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), Text(fields[5].First()), Time(fields[7]), Time(fields[8]),
            $"{(status[3].FirstOrDefault() is { } code ? code[0] : 0)} {(status[2].FirstOrDefault() is { } words ? Text(words) : "")}".TrimEnd());
    }

    private static string Hex(IEnumerable<byte[]> field) => Convert.ToHexStringLower(field.FirstOrDefault() ?? []);

    private static long Time(IEnumerable<byte[]> field) => BinaryPrimitives.ReadInt64LittleEndian(field.First());

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    // The wire format of protocol buffers: a key, then a number, eight bytes, or bytes with their length.
    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var (number, kind) = ((int)(key >> 3), (int)(key & 7));
            var length = kind switch { 0 => -1, 1 => 8, 5 => 4, _ => (int)Number(message, ref at) };
            if (length < 0)
            {
                yield return (number, [(byte)Number(message, ref at)]);
            }
            else
            {
                yield return (number, message[at..(at + length)]);
                at += length;
            }
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
