using System.Globalization;

namespace Harness.Mqtt.Proxy;

/// <summary>The faults of a link as TCP shows them: delay, jitter, loss, bandwidth and cuts. Seeded, so that a run can be repeated.</summary>
/// <remarks>
/// A relay cannot lose bytes of a TCP stream: that would not be a bad link but a broken one. What a lost segment does to a stream is that it comes later: after the sender's
/// retransmission time-out, which doubles with each loss of the same segment (RFC 6298 section 5.5), and everything behind it waits. The time-out is Linux's: the round trip and
/// 200 ms, or four times its mean deviation. Not modelled: fast retransmit (three segments must follow a lost one, which short MQTT messages seldom have; a bulk transfer is slower
/// here than on such a link), congestion windows, and lost acknowledgements (the next one makes up for them).
/// </remarks>
public sealed record LinkConditions
{
    /// <summary>The highest rate of loss: above it a connection is seldom worth its name.</summary>
    public const double HighestLoss = 0.9;

    /// <summary>The least bandwidth, in bits a second.</summary>
    public const long LowestBandwidth = 300;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeastVariance = TimeSpan.FromMilliseconds(200);

    /// <summary>Time that a segment takes in each direction.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Longest time on top of <see cref="Delay"/>, uniform from none. Order is kept, as TCP keeps it.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Rate of lost segments in each direction, 0 to 0.9.</summary>
    public double Loss { get; init; }

    /// <summary>Bits a second in each direction, IPv4 and TCP headers counted, shared by all connections; 0 for no bound.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Mean time between the end of a cut and the next; zero for no cuts.</summary>
    public TimeSpan CutEvery { get; init; }

    /// <summary>Time for which a cut lasts.</summary>
    public TimeSpan CutFor { get; init; }

    /// <summary>False: a cut resets every connection, and refuses new ones while it lasts. True: nothing gets through while it lasts, and nobody is told.</summary>
    public bool IsCutSilent { get; init; }

    /// <summary>Seed of everything that chance decides.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True where it does nothing to a connection.</summary>
    public bool IsIdeal => Delay == default && Jitter == default && Loss == 0 && BitsPerSecond == 0 && CutEvery == default;

    /// <summary>Time after which a segment that was lost is sent again for the first time: RTO = SRTT + max(200 ms, 4 RTTVAR).</summary>
    public TimeSpan RetransmissionTimeout
    {
        get
        {
            // Two uniform jitters add up to a round trip whose mean deviation is a third of one.
            var variance = 4 * Jitter / 3;
            return (2 * Delay) + Jitter + (variance > LeastVariance ? variance : LeastVariance);
        }
    }

    /// <summary>Checks that the values can be.</summary>
    /// <returns>The same.</returns>
    /// <exception cref="FormatException">They cannot; the message says which and why.</exception>
    public LinkConditions Checked()
    {
        Require(Delay >= TimeSpan.Zero && Delay <= LongestDelay, "delay", "0 to 60 s", Delay);
        Require(Jitter >= TimeSpan.Zero && Jitter <= LongestDelay, "jitter", "0 to 60 s", Jitter);
        Require(Loss is >= 0 and <= HighestLoss, "loss", "0 to 90 %", Loss);
        Require(BitsPerSecond == 0 || BitsPerSecond >= LowestBandwidth, "bandwidth", $"{LowestBandwidth} bits a second or more", BitsPerSecond);
        Require(CutEvery == TimeSpan.Zero || CutEvery >= TimeSpan.FromMilliseconds(10), "time between cuts", "10 ms or more", CutEvery);
        Require(CutFor >= TimeSpan.Zero && CutFor <= TimeSpan.FromHours(1), "time of a cut", "0 to 1 h", CutFor);
        Require(CutFor == TimeSpan.Zero || CutEvery > TimeSpan.Zero, "time of a cut", "cuts that it is the time of", CutFor);
        Require(!IsCutSilent || CutFor > TimeSpan.Zero, "silent cut", "a time for which it lasts", CutFor);
        return this;

        static void Require(bool holds, string item, string expected, object seen)
        {
            if (!holds)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the link's {item} is {expected}, saw {seen}"));
            }
        }
    }

    /// <summary>The conditions in words: <c>delay 300 ms, loss 5 %, seed 1</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        Add(Delay > TimeSpan.Zero, $"delay {Delay.TotalMilliseconds:0.###} ms each way");
        Add(Jitter > TimeSpan.Zero, $"jitter up to {Jitter.TotalMilliseconds:0.###} ms");
        Add(Loss > 0, $"loss {Loss * 100:0.###} % (time-out {RetransmissionTimeout.TotalMilliseconds:0} ms, doubled each time)");
        Add(BitsPerSecond > 0, $"{BitsPerSecond / 1000.0:0.###} kbit/s");
        Add(CutEvery > TimeSpan.Zero, $"{(IsCutSilent ? "silent cuts" : "cuts")} every {CutEvery.TotalSeconds:0.###} s on average for {CutFor.TotalSeconds:0.###} s");
        if (parts.Count > 0 && (Jitter > TimeSpan.Zero || Loss > 0 || CutEvery > TimeSpan.Zero))
        {
            Add(true, $"seed {Seed}");
        }

        return parts.Count == 0 ? "as it is" : string.Join(", ", parts);

        void Add(bool has, FormattableString words)
        {
            if (has)
            {
                parts.Add(words.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
