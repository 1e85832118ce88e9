namespace Harness.Mqtt.Proxy;

/// <summary>The counts of a link so far.</summary>
/// <param name="Segments">Segments that were sent, each counted once.</param>
/// <param name="Lost">Losses: a segment that was lost twice counts twice, an opening's too.</param>
/// <param name="Cuts">Cuts that began.</param>
public sealed record LinkCounts(long Segments, long Lost, int Cuts);

/// <summary>A link with faults that all connections of a proxy share: its bandwidth, its cuts, and what they cost. Thread-safe.</summary>
internal sealed class SharedLink
{
    /// <summary>Payload of one segment, as on Ethernet.</summary>
    public const int Segment = 1460;

    private const int Headers = 40; // IPv4 and TCP
    private readonly Lock _lock = new();
    private readonly TimeSpan[] _freeAt = new TimeSpan[2];
    private readonly LinkCuts _cuts;
    private long _segments;
    private long _lost;
    private int _cutCount;

    public SharedLink(LinkConditions conditions) => (Conditions, _cuts) = (conditions, new LinkCuts(conditions));

    public LinkConditions Conditions { get; }

    public LinkCounts Counts => new(Interlocked.Read(ref _segments), Interlocked.Read(ref _lost), Volatile.Read(ref _cutCount));

    /// <summary>The next cut at or after a time; null where there is none.</summary>
    public (TimeSpan Begin, TimeSpan End)? CutAt(TimeSpan time) => _cuts.At(time);

    /// <summary>True while nothing gets through and nobody is told.</summary>
    public bool IsSilent(TimeSpan time) => Conditions.IsCutSilent && _cuts.IsDown(time);

    /// <summary>True while connections are refused.</summary>
    public bool Refuses(TimeSpan time) => !Conditions.IsCutSilent && _cuts.IsDown(time);

    public void CountCut() => Interlocked.Increment(ref _cutCount);

    public void CountLoss() => Interlocked.Increment(ref _lost);

    /// <summary>Puts a segment on the wire, behind those that wait there.</summary>
    /// <returns>The time at which its last bit left.</returns>
    public TimeSpan Leave(PacketDirection direction, TimeSpan now, int payload)
    {
        Interlocked.Increment(ref _segments);
        if (Conditions.BitsPerSecond == 0)
        {
            return now;
        }

        lock (_lock)
        {
            ref var free = ref _freeAt[(int)direction];
            free = (free > now ? free : now) + TimeSpan.FromSeconds((payload + Headers) * 8.0 / Conditions.BitsPerSecond);
            return free;
        }
    }
}
