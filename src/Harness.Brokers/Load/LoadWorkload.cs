namespace Harness.Brokers.Load;

/// <summary>Messages through a broker.</summary>
/// <param name="Qos">QoS of publisher and subscribers.</param>
/// <param name="Bytes">Bytes of a payload, 8 to 65,000: the first eight carry the time.</param>
/// <param name="Subscribers">Subscribers that each get every message.</param>
public sealed record LoadWorkload(QualityOfService Qos, int Bytes, int Subscribers = 1)
{
    /// <summary>Messages on their way at once. QoS 1 and 2: no more than Mosquitto keeps in flight to one client by default; QoS 0: few enough that no broker's queue overflows.</summary>
    public int Window => Qos == QualityOfService.AtMostOnce && Subscribers == 1 ? 500 : 20;

    /// <summary>The workload in words: <c>QoS 1, 64 bytes, 1 to 100</c>.</summary>
    public string Title => $"QoS {(int)Qos}, {Bytes} bytes{(Subscribers == 1 ? "" : $", 1 to {Subscribers}")}";
}

/// <summary>Deliveries a second.</summary>
/// <param name="PerSecond">Messages that subscribers got in a second, all together.</param>
/// <param name="Delivered">Messages that they got in the measured time.</param>
/// <param name="Lost">Messages that nobody got within 2 s.</param>
public sealed record ThroughputResult(double PerSecond, long Delivered, long Lost);

/// <summary>Latencies at a fixed rate, each from the time at which its message was due, in nanoseconds of the host's clock.</summary>
/// <param name="Asked">Messages a second that were due.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Lost">Messages that did not arrive within 2 s of the end.</param>
/// <param name="P50">Median.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="P999">99.9th percentile.</param>
/// <param name="Maximum">Longest.</param>
/// <param name="SenderLateP99">99th percentile of the delay between due and sent: the sender's own share of the latencies.</param>
public sealed record LatencyResult(double Asked, long Sent, long Lost, long P50, long P99, long P999, long Maximum, long SenderLateP99);

/// <summary>Memory of idle connections.</summary>
/// <param name="Connections">Connections held.</param>
/// <param name="BytesEach">Growth of the broker's resident memory by connection; null where its process is not known.</param>
public sealed record IdleResult(int Connections, double? BytesEach);

/// <summary>Logins a second.</summary>
/// <param name="Method">The method: <c>none</c>, or an Authentication Method.</param>
/// <param name="PerSecond">Logins a second.</param>
/// <param name="Logins">Logins counted.</param>
/// <param name="ProcessorSecondsEach">The broker's processor time for one; null where its process is not known.</param>
public sealed record LoginResult(string Method, double PerSecond, long Logins, double? ProcessorSecondsEach);
