namespace Harness.Sessions;

/// <summary>Keeps the latest wrap that comes while a login on topics is under way: the device takes it once it has taken V_S. Safe for use by many threads.</summary>
/// <remarks>On topics nothing says in which order V_S and a wrap were sent, and whoever waits for V_S must go on reading.</remarks>
/// <param name="underWay">True where the session begins with such a login.</param>
internal sealed class EarlyWraps(bool underWay)
{
    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte>? _latest;
    private bool _isAgain;
    private bool _cameBeforeAnswer;

    /// <summary>A re-authentication begins: a wrap under the SK before may still be on its way.</summary>
    public void BeginAgain()
    {
        lock (_gate)
        {
            (underWay, _isAgain) = (true, true);
        }
    }

    /// <summary>Keeps a wrap in place of the one before.</summary>
    /// <returns>False where no login is under way.</returns>
    public bool TryKeep(ReadOnlyMemory<byte> wrap)
    {
        lock (_gate)
        {
            if (!underWay)
            {
                return false;
            }

            (_latest, _cameBeforeAnswer) = (wrap, false);
            return true;
        }
    }

    /// <summary>The broker answered a step of the login.</summary>
    public void AnswerCame()
    {
        lock (_gate)
        {
            _cameBeforeAnswer = true;
        }
    }

    /// <summary>Takes what is kept. Until nothing is left the login counts as under way: a newer wrap is never followed by an older one.</summary>
    /// <returns>The wrap, and whether it may be of the session before, so that the device's refusal says nothing; null where none is left.</returns>
    public (ReadOnlyMemory<byte> Wrap, bool MayBeOld)? Next()
    {
        lock (_gate)
        {
            var kept = _latest;
            var mayBeOld = _isAgain && _cameBeforeAnswer;
            (_latest, underWay) = (null, kept is not null);
            return kept is { } wrap ? (wrap, mayBeOld) : null;
        }
    }
}
