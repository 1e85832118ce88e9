namespace Harness.Schemes.Hardened;

/// <summary>The two numbers of a device that never repeat: j, of its next login, and that of its next epoch. What keeps them derives from this class.</summary>
/// <remarks>
/// A board without persistent memory starts without them and refuses with NO-SEED until it is told; the numbers it is told then must not be lower than those it knows. Not
/// thread-safe.
/// </remarks>
public class HardenedMemory
{
    private ulong? _attempt;
    private uint? _epoch;

    /// <summary>j of the next login; null before it is told.</summary>
    public ulong? Attempt => _attempt;

    /// <summary>The next epoch; null before it is told.</summary>
    public uint? Epoch => _epoch;

    /// <summary>Tells the numbers, as after a power cycle.</summary>
    /// <exception cref="PartyRefusedException">STATE: one of them is lower than the one known.</exception>
    public void Provision(ulong attempt, uint epoch)
    {
        if (attempt < _attempt || epoch < _epoch)
        {
            throw new PartyRefusedException("device", PartyRefusal.State, "a lower j or epoch than the one known");
        }

        Keep(attempt, epoch);
    }

    /// <summary>Gives j for a login, once: the next one is stored before this one is used.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED; SPENT where j is at its end.</exception>
    public ulong TakeAttempt()
    {
        var (attempt, epoch) = Known();
        if (attempt == ulong.MaxValue)
        {
            throw new PartyRefusedException("device", PartyRefusal.Spent, "j is at its end: enrol the device anew");
        }

        Keep(attempt + 1, epoch);
        return attempt;
    }

    /// <summary>Passes over the numbers of some logins, as if each had been used.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED; SPENT where j comes to its end.</exception>
    public void SkipAttempts(ulong count)
    {
        var (attempt, epoch) = Known();
        Keep(attempt < ulong.MaxValue - count ? attempt + count : throw new PartyRefusedException("device", PartyRefusal.Spent, "j is at its end: enrol the device anew"), epoch);
    }

    /// <summary>Gives the number of an epoch, once: the next one is stored before this one is used.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED; SPENT where epochs are at their end.</exception>
    public uint TakeEpoch()
    {
        var (attempt, epoch) = Known();
        if (epoch == uint.MaxValue)
        {
            throw new PartyRefusedException("device", PartyRefusal.Spent, "epochs are at their end: enrol the device anew");
        }

        Keep(attempt, epoch + 1);
        return epoch;
    }

    /// <summary>Keeps the numbers over a power cycle. This class has no memory that outlasts one.</summary>
    protected virtual void Store(ulong attempt, uint epoch)
    {
    }

    private (ulong Attempt, uint Epoch) Known() => _attempt is { } attempt && _epoch is { } epoch
        ? (attempt, epoch)
        : throw new PartyRefusedException("device", PartyRefusal.NoSeed, "j and epoch are not known since the start: PROVISION them");

    private void Keep(ulong attempt, uint epoch)
    {
        Store(attempt, epoch);
        (_attempt, _epoch) = (attempt, epoch);
    }
}
