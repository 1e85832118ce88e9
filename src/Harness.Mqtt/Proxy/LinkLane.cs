namespace Harness.Mqtt.Proxy;

/// <summary>One direction of one connection over a link: says when bytes that are sent now arrive. Not thread-safe.</summary>
internal sealed class LinkLane
{
    /// <summary>Losses of one segment after which Linux gives a connection up (tcp_retries2).</summary>
    public const int MostLosses = 15;

    private static readonly TimeSpan FirstSynTimeout = TimeSpan.FromSeconds(1); // RFC 6298 section 2.1
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(120); // as Linux bounds it
    private readonly SharedLink _link;
    private readonly PacketDirection _direction;
    private readonly Random _random;
    private readonly TimeSpan? _openAt; // null where no SYN came through
    private TimeSpan _last;

    /// <summary>A lane of a connection that opens now.</summary>
    /// <param name="link">The link.</param>
    /// <param name="connection">Number of the connection, from 1: each has a chance of its own, so that one does not change what another sees.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="now">Time since the link's start.</param>
    public LinkLane(SharedLink link, int connection, PacketDirection direction, TimeSpan now)
    {
        (_link, _direction) = (link, direction);
        _random = new Random(HashOf(link.Conditions.Seed, connection, (int)direction));
        _openAt = now;
        if (direction == PacketDirection.ToBroker)
        {
            // Whoever connects waits a round trip before the first byte, and a second for a SYN that was lost.
            _openAt = Pass(now, FirstSynTimeout) is { } asked ? Pass(asked, FirstSynTimeout) : null;
        }
    }

    /// <summary>Says when bytes arrive.</summary>
    /// <param name="now">Time since the link's start.</param>
    /// <param name="bytes">Number of bytes, sent at once.</param>
    /// <returns>The time at which the last one arrives, never before those sent earlier; null where the connection is given up.</returns>
    public TimeSpan? ArrivalOf(TimeSpan now, int bytes)
    {
        if (_openAt is not { } open)
        {
            return null;
        }

        for (var left = bytes; left > 0; left -= SharedLink.Segment)
        {
            var leaves = _link.Leave(_direction, now > open ? now : open, Math.Min(left, SharedLink.Segment));
            if (Pass(leaves, _link.Conditions.RetransmissionTimeout) is not { } arrives)
            {
                return null;
            }

            _last = arrives > _last ? arrives : _last;
        }

        return _last;
    }

    private TimeSpan? Pass(TimeSpan leaves, TimeSpan timeout)
    {
        var conditions = _link.Conditions;
        for (var losses = 0; losses <= MostLosses; losses++)
        {
            var arrives = leaves + conditions.Delay + (conditions.Jitter > TimeSpan.Zero ? _random.NextDouble() * conditions.Jitter : TimeSpan.Zero);
            var isLost = conditions.Loss > 0 && _random.NextDouble() < conditions.Loss;
            if (!isLost && !_link.IsSilent(arrives))
            {
                return arrives;
            }

            _link.CountLoss();
            leaves += timeout;
            timeout = 2 * timeout < LongestTimeout ? 2 * timeout : LongestTimeout;
        }

        return null;
    }

    // Seeds that are neighbours must not give chances that are; HashCode differs from run to run.
    private static int HashOf(int seed, int connection, int direction)
    {
        unchecked
        {
            var hash = ((uint)seed * 0x9E3779B1) ^ ((uint)connection * 0x85EBCA6B) ^ ((uint)(direction + 1) * 0xC2B2AE35);
            hash = (hash ^ (hash >> 16)) * 0x7FEB352D;
            hash = (hash ^ (hash >> 15)) * 0x846CA68B;
            return (int)(hash ^ (hash >> 16));
        }
    }
}
