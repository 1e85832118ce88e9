namespace Harness.Schemes.Hardened;

/// <summary>The counters of one sender in one epoch that were taken: each once, in any order within 64 of the highest, none before the start.</summary>
public sealed class ReplayWindow
{
    /// <summary>Counters that may still come behind the highest one, which is among them: 64.</summary>
    public const int Size = 64;

    private readonly ulong _start;
    private ulong _next; // the highest one taken, and one; the start where there is none
    private ulong _taken; // bit i: _next - 1 - i
    private bool _ended; // the highest one is the last there is

    /// <summary>Begins at the counter of the next message.</summary>
    public ReplayWindow(ulong start) => (_start, _next) = (start, start);

    /// <summary>Counters that have not come, of those up to the highest one: gaps that a broker, or whoever carries messages, has left.</summary>
    public ulong Missing => (_ended ? ulong.MaxValue - _start + 1 : _next - _start) - Taken;

    /// <summary>Counters taken.</summary>
    public ulong Taken { get; private set; }

    /// <summary>The counter after the highest one taken.</summary>
    public ulong Next => _next;

    /// <summary>Takes a counter whose message proved genuine.</summary>
    /// <returns>False where it was taken before, or lies before the window.</returns>
    public bool TryTake(ulong counter)
    {
        if (counter < _start)
        {
            return false;
        }

        if (counter >= _next && !_ended)
        {
            var ahead = counter - _next + 1;
            _taken = (ahead >= Size ? 0 : _taken << (int)ahead) | 1;
            _next = counter + 1;
            _ended = _next == 0;
            Taken++;
            return true;
        }

        var behind = _next - 1 - counter;
        if (behind >= Size || (_taken & (1UL << (int)behind)) != 0)
        {
            return false;
        }

        _taken |= 1UL << (int)behind;
        Taken++;
        return true;
    }
}
