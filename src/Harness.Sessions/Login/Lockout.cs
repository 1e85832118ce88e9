using System.Runtime.CompilerServices;
using Harness.Sessions.Accounts;

namespace Harness.Sessions.Login;

/// <summary>When a client is locked out.</summary>
/// <param name="Failures">Failed proofs in a row before the first lock-out; at least 1.</param>
/// <param name="FirstDelay">The first lock-out; it doubles with every further failure.</param>
/// <param name="LongestDelay">The longest lock-out; a count is forgotten after twice as long without a failure.</param>
/// <param name="Names">How many counters the names without an account share; each client that has one also has a counter of its own.</param>
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
    private Counter[] _counters; // even places are clients', odd ones are shared

    public Lockout(LockoutOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _counters = new Counter[2 * Math.Max(1, options.Names)];
    }

    public bool IsLocked(ClientNumber client)
    {
        lock (_gate)
        {
            return Of(client).LockedUntil > _time.GetUtcNow().UtcTicks;
        }
    }

    /// <summary>Counts an attempt; false where the client is locked out (it is then not counted: no guess was judged).</summary>
    public bool TryBegin(ClientNumber client)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcTicks;
            ref var counter = ref Of(client);
            var locked = Mask(counter.LockedUntil > now);
            var forgotten = Mask(now - counter.Last > 2 * _options.LongestDelay.Ticks);
            var failures = (counter.Failures & ~forgotten) + 1;
            var beyond = failures - _options.Failures;
            var delay = (long)Math.Min(_options.FirstDelay.Ticks * (double)(1L << (int)Math.Clamp(beyond, 0, 30)), _options.LongestDelay.Ticks);
            var locking = Mask(beyond >= 0);
            counter.Failures = Choose(locked, counter.Failures, failures);
            counter.Last = Choose(locked, counter.Last, now);
            counter.LockedUntil = Choose(locked | ~locking, counter.LockedUntil, now + delay);
            return locked == 0;
        }
    }

    /// <summary>The attempt proved right: the count starts anew.</summary>
    public void Succeeded(ClientNumber client)
    {
        lock (_gate)
        {
            Of(client) = default;
        }
    }

    private ref Counter Of(ClientNumber client)
    {
        // Room for one more client makes room for one more shared counter: the two kinds are spread over memory alike.
        var half = _counters.Length / 2;
        if (client.Own >= half)
        {
            half = Math.Max(2 * half, client.Own + 1);
            Array.Resize(ref _counters, 2 * half);
        }

        var decoy = client.Decoy % half;
        return ref _counters[(2 * ((client.Own & client.Known) | (decoy & ~client.Known))) + 1 + client.Known];
    }

    // All ones for true. A comparison's bool is 0 or 1.
    private static long Mask(bool condition) => -(long)Unsafe.BitCast<bool, byte>(condition);

    private static long Choose(long mask, long ones, long zeros) => (ones & mask) | (zeros & ~mask);

    private struct Counter
    {
        public long Failures;
        public long LockedUntil;
        public long Last;
    }
}
