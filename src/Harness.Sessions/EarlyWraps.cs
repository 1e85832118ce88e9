namespace Harness.Sessions;

/// <summary>Keeps the latest wrap that comes while a login on topics is under way: the device takes it once it has taken V_S. Safe for use by many threads.</summary>
/// <remarks>V_S comes by the same connection as wraps, so whoever reads it cannot wait with a wrap until the device has taken V_S.</remarks>
/// <param name="underWay">True where the session begins with such a login.</param>
internal sealed class EarlyWraps(bool underWay)
{
    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte>? _latest;

    /// <summary>A re-authentication begins.</summary>
    /// <exception cref="InvalidOperationException">A login is under way.</exception>
    public void Begin()
    {
        lock (_gate)
        {
            underWay = !underWay ? true : throw new InvalidOperationException("A login on topics is under way.");
        }
    }

    /// <summary>Keeps a wrap in place of the one before.</summary>
    /// <returns>False where no login is under way.</returns>
    public bool TryKeep(ReadOnlyMemory<byte> wrap)
    {
        lock (_gate)
        {
            if (underWay)
            {
                _latest = wrap;
            }

            return underWay;
        }
    }

    /// <summary>Takes what is kept. Until nothing is left the login counts as under way: a newer wrap is never followed by an older one.</summary>
    /// <returns>Null where none is left.</returns>
    public ReadOnlyMemory<byte>? Next()
    {
        lock (_gate)
        {
            var kept = _latest;
            (_latest, underWay) = (null, kept is not null);
            return kept;
        }
    }
}
