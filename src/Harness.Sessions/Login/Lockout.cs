namespace Harness.Sessions.Login;

/// <summary>When a client is locked out.</summary>
/// <param name="Failures">Failed proofs in a row before the first lock-out; at least 1.</param>
/// <param name="FirstDelay">The first lock-out; it doubles with every further failure.</param>
/// <param name="LongestDelay">The longest lock-out; a count is forgotten after twice as long without a failure.</param>
/// <param name="Names">Number of counters that the names without an account share; each client that has one also has a counter of its own.</param>
public sealed record LockoutOptions(int Failures, TimeSpan FirstDelay, TimeSpan LongestDelay, int Names)
{
    /// <summary>10 failures, 30 s doubling to 15 min, 4,096 names.</summary>
    public static LockoutOptions Default { get; } = new(10, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), 4096);
}

/// <summary>Counts failed proofs by client, known or not, in bounded memory.</summary>
/// <remarks>
/// An attempt counts as a failure before its proof is checked and is taken back when it proves right, so that many exchanges at once
/// win no extra guesses. A client with an account has a counter that nobody else's tries can touch. Names without one share counters that a
/// keyed hash deals out: their lock-out cannot be observed (each of their logins is refused with the same bytes anyway), but every try reads and
/// writes a counter of the one kind just as of the other, locked or not, by the same instructions.
/// </remarks>
internal sealed class Lockout
{
    private readonly Lock _gate = new();
    private readonly LockoutOptions _options;
    private readonly TimeProvider _time;
    private readonly uint _salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private Counters _counters;

    public Lockout(LockoutOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _counters = new Counters(options.Names);
    }

    /// <summary>All ones where the client is locked out, else 0.</summary>
    public int Locked(ClientNumber client)
    {
        lock (_gate)
        {
            return (int)After(Of(client).LockedUntil, _time.GetUtcNow().UtcTicks);
        }
    }

    /// <summary>Counts an attempt.</summary>
    /// <param name="client">The client.</param>
    /// <param name="counts">All ones; 0 for an attempt outside the lock-out, which changes no count.</param>
    /// <returns>All ones; 0 where the client is locked out (it is then not counted: no guess was judged).</returns>
    public int Begin(ClientNumber client, int counts = ~0)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcTicks;
            ref var counter = ref Of(client);
            var locked = After(counter.LockedUntil, now) & counts;
            var untouched = locked | ~(long)counts;
            var forgotten = After(now - counter.Last, 2 * _options.LongestDelay.Ticks);
            var failures = (counter.Failures & ~forgotten) + 1;
            var beyond = failures - _options.Failures;
            var keep = untouched | (beyond >> 63); // also where the failures are not enough yet
            var doublings = AtMost(beyond & ~(beyond >> 63), 30);
            var (first, longest) = (_options.FirstDelay.Ticks, _options.LongestDelay.Ticks);
            var delay = Choose(After(first, longest >> (int)doublings), longest, first << (int)doublings);
            counter.Failures = Choose(untouched, counter.Failures, failures);
            counter.Last = Choose(untouched, counter.Last, now);
            counter.LockedUntil = Choose(keep, counter.LockedUntil, now + delay);
            return (int)~locked;
        }
    }

    /// <summary>The attempt proved right: the count starts anew.</summary>
    /// <param name="client">The client.</param>
    /// <param name="counts">As for <see cref="Begin"/>; 0 leaves the count, for others may be guessing.</param>
    public void Succeeded(ClientNumber client, int counts = ~0)
    {
        lock (_gate)
        {
            ref var counter = ref Of(client);
            counter.Failures &= ~(long)counts;
            counter.LockedUntil &= ~(long)counts;
            counter.Last &= ~(long)counts;
        }
    }

    private ref Counter Of(ClientNumber client)
    {
        if (client.Own >= _counters.Pairs)
        {
            var grown = new Counters(client.Own + 1L);
            for (var own = 0; own < _counters.Pairs; own++)
            {
                grown.At(Spread(own, grown), ~0) = _counters.At(Spread(own, _counters), ~0);
            }

            _counters = grown;
        }

        var pair = (Spread(client.Own, _counters) & client.Known) | (client.Decoy & (_counters.Pairs - 1) & ~client.Known);
        return ref _counters.At(pair, client.Known);
    }

    // An odd factor: each client gets a pair of its own, and a few clients lie as far apart as a few names that the hash deals out.
    private int Spread(int own, Counters counters) => (int)((((uint)own * 0x9E3779B1u) ^ _salt) & (uint)(counters.Pairs - 1));

    // Of ticks, which are small against 2^63: by the sign of a difference, where a comparison would become a branch. All ones where a > b.
    private static long After(long a, long b) => (b - a) >> 63;

    private static long AtMost(long value, long most) => most + ((value - most) & ((value - most) >> 63));

    private static long Choose(long mask, long ones, long zeros) => (ones & mask) | (zeros & ~mask);

    private struct Counter
    {
        public long Failures;
        public long LockedUntil;
        public long Last;
    }

    /// <summary>Pairs of a client's counter and a shared one, each pair one line of the processor's cache: neither kind is ever spread over two.</summary>
    private sealed class Counters
    {
        private const int WordsOfALine = 8;
        private readonly long[] _words;
        private readonly int _first;

        public unsafe Counters(long pairs)
        {
            Pairs = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, pairs));
            _words = GC.AllocateArray<long>((Pairs + 2) * WordsOfALine, pinned: true);

            // Written once, for the system gives a page its memory at the first write to it: that would tell a counter nobody counted on before from others.
            Array.Clear(_words);

            // The first whole line of the array that does not lie beside its length, which every look-up reads.
            var address = (nuint)Unsafe.AsPointer(ref _words[0]) / sizeof(long);
            _first = (2 * WordsOfALine) - (int)(address % WordsOfALine);
        }

        /// <summary>Number of counters; a power of two.</summary>
        public int Pairs { get; }

        /// <summary>One of a pair.</summary>
        /// <param name="pair">Index of the pair.</param>
        /// <param name="known">All ones for the client's, 0 for the shared one.</param>
        public ref Counter At(int pair, int known) => ref Unsafe.As<long, Counter>(ref _words[_first + (pair * WordsOfALine) + ((known + 1) * WordsOfALine / 2)]);
    }
}
