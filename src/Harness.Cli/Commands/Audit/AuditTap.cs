using Harness.Adversary.Capture;
using Harness.Mqtt.Codec;
using Harness.Mqtt.Packets;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Audit;

/// <summary>A tap before an audited broker that keeps what was said, without passwords and payloads, for a capture of all and one of each finding.</summary>
internal sealed class AuditTap : IProxyPolicy, IAsyncDisposable
{
    /// <summary>The name of the whole capture beside the record.</summary>
    public const string FileName = "audit.pcapng";

    /// <summary>The folder of the captures of findings beside the record.</summary>
    public const string FindingsFolder = "findings";

    private const int MostBytes = 16 * 1024 * 1024;
    private const int MadeUp = 1_000_000; // connections that went past the tap
    private readonly Lock _gate = new();
    private readonly List<CapturedBytes> _seen = [];
    private readonly Dictionary<int, HashSet<string>> _questions = []; // by the client's port
    private readonly Dictionary<int, int> _ports = []; // by connection
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ushort _port;
    private long _bytes;
    private MqttProxy _proxy = null!;

    private AuditTap(bool tls) => (_port, Comment) = tls
        ? (PcapngFile.TlsPort, "hellos and certificates: nothing secret was sent; the port is made up, so that TLS is dissected")
        : ((ushort)1883, "passwords, payloads and proofs are replaced by others of the same length, and properties of messages left out");

    /// <summary>The way through it.</summary>
    public AuditPath Path => new(_proxy.Endpoint) { Dialed = Note };

    private string Comment { get; }

    /// <summary>Opens a tap before a broker that takes plain MQTT.</summary>
    public static async Task<AuditTap> OpenAsync(IPEndPoint broker, CancellationToken stop)
    {
        var tap = new AuditTap(tls: false);
        tap._proxy = await MqttProxy.StartAsync(broker, tap, stop);
        tap._proxy.ConnectionTaken += tap.Take;
        return tap;
    }

    /// <summary>Opens a tap for the questions about TLS, which keeps bytes as they are.</summary>
    public static AuditTap OpenForTls(IPEndPoint broker)
    {
        var tap = new AuditTap(tls: true);
        tap._proxy = MqttProxy.Start(broker, null, new IPEndPoint(IPAddress.Loopback, 0), null, bytes => tap.Add(bytes with { Left = false }));
        tap._proxy.ConnectionTaken += tap.Take;
        return tap;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        Add(new CapturedBytes(packet.Connection, packet.Direction, DateTimeOffset.UtcNow, AuditedBytes.Of(packet)));
        return new([ProxyAction.Forward(packet)]);
    }

    /// <summary>Keeps bytes to the broker that went past the tap, in place of those kept before for the question.</summary>
    public void Keep(string question, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            _seen.RemoveAll(b => b.Connection == MadeUp);
            _seen.Add(new CapturedBytes(MadeUp, PacketDirection.ToBroker, DateTimeOffset.UtcNow, bytes));
            (_ports[MadeUp], _questions[MadeUp]) = (MadeUp, [question]);
        }
    }

    /// <summary>Writes the whole capture, where anything was seen.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>Its name; null where there is none.</returns>
    /// <exception cref="RecordException">It cannot be written.</exception>
    public string? Save(string folder)
    {
        lock (_gate)
        {
            return Save(folder, FileName, _seen);
        }
    }

    /// <summary>Writes the capture of a finding: the connections that its question was asked on.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="question">The finding's short name, which becomes the file's.</param>
    /// <returns>Its name relative to the folder; null where nothing was seen.</returns>
    /// <exception cref="RecordException">It cannot be written.</exception>
    public string? SaveFinding(string folder, string question)
    {
        lock (_gate)
        {
            var connections = _ports.Where(p => _questions.TryGetValue(p.Value, out var asked) && asked.Contains(question)).Select(p => p.Key).ToHashSet();
            var stem = new string([.. question.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')]);
            var name = Enumerable.Range(1, int.MaxValue).Select(n => n == 1 ? stem : $"{stem}-{n}").First(n => !_names.Contains(n));
            var saved = Save(folder, System.IO.Path.Combine(FindingsFolder, $"{name}.pcapng"), [.. _seen.Where(b => connections.Contains(b.Connection))]);
            _ = saved is not null && _names.Add(name);
            return saved;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private string? Save(string folder, string name, IReadOnlyList<CapturedBytes> seen)
    {
        if (seen.Count == 0)
        {
            return null;
        }

        var path = System.IO.Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            PcapngFile.Save(path, seen, Comment, _port);
            return name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RecordException.CannotWrite(path, e);
        }
    }

    private void Add(CapturedBytes bytes)
    {
        lock (_gate)
        {
            if (_bytes < MostBytes)
            {
                _bytes += bytes.Bytes.Length;
                _seen.Add(bytes);
            }
        }
    }

    private void Note(IReadOnlyList<string> questions, IPEndPoint client)
    {
        lock (_gate)
        {
            if (!_questions.TryGetValue(client.Port, out var asked))
            {
                _questions[client.Port] = asked = [];
            }

            asked.UnionWith(questions);
        }
    }

    private void Take(int connection, IPEndPoint client)
    {
        lock (_gate)
        {
            _ports[connection] = client.Port;
        }
    }
}

/// <summary>A packet's bytes as a capture of an audit holds them.</summary>
internal static class AuditedBytes
{
    private static readonly string[] Secrets = ["p=", "v="]; // a dictionary can be tried on either

    /// <summary>The bytes without password, payloads and proofs; what does not decode is left out whole, as nobody knows what it holds.</summary>
    public static ReadOnlyMemory<byte> Of(ProxiedPacket packet) => packet.Packet switch
    {
        null => default,
        ConnectPacket connect => MqttCodec.Encode(
            connect with
            {
                Password = connect.Password is { } secret ? new byte[secret.Length] : null, Will = connect.Will is { } will ? will with { Payload = new byte[will.Payload.Length] } : null,
                AuthenticationData = Of(connect.AuthenticationMethod, connect.AuthenticationData),
            },
            packet.Version),
        ConnAckPacket { AuthenticationData: { } data } connack => MqttCodec.Encode(connack with { AuthenticationData = Of(connack.AuthenticationMethod, data) }, packet.Version),
        AuthPacket { AuthenticationData: { } data } auth => MqttCodec.Encode(auth with { AuthenticationData = Of(auth.AuthenticationMethod, data) }, packet.Version),
        PublishPacket publish => MqttCodec.Encode(
            publish with { Payload = new byte[publish.Payload.Length], UserProperties = [], CorrelationData = null, ContentType = null, ResponseTopic = null }, packet.Version), // all of it is the operator's
        _ => packet.Raw.ToArray(),
    };

    // Nobody knows what another method's data holds: it may be the password.
    private static byte[]? Of(string? method, byte[]? data)
    {
        if (data is null || method?.StartsWith("SCRAM-", StringComparison.Ordinal) != true)
        {
            return data is null ? null : new byte[data.Length];
        }

        var parts = Encoding.Latin1.GetString(data).Split(',');
        return Encoding.Latin1.GetBytes(string.Join(',', parts.Select(part => Secrets.Any(s => part.StartsWith(s, StringComparison.Ordinal)) ? part[..2] + new string('.', part.Length - 2) : part)));
    }
}
