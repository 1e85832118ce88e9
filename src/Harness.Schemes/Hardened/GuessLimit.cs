namespace Harness.Schemes.Hardened;

/// <summary>Failed pair runs of one pair at one end: 10 in a day and 100 in all. A success resets neither.</summary>
/// <remarks>
/// A run counts from the moment from which the other end could have tried a password, and is taken back only by its proof: an abandoned one stays counted. A partner that
/// always succeeds in between would otherwise hide the guesses of a broker.
/// </remarks>
/// <param name="failures">Failed runs so far, as the device stored them.</param>
public sealed class GuessLimit(int failures = 0)
{
    /// <summary>Failed runs in 24 hours: 10.</summary>
    public const int ADay = 10;

    /// <summary>Failed runs in all: 100. The pair is enrolled anew after that.</summary>
    public const int InAll = 100;

    private readonly Queue<DateTimeOffset> _recent = new();

    /// <summary>Failed runs so far.</summary>
    public int Failures { get; private set; } = failures;

    /// <summary>Counts a run, where one more may fail.</summary>
    /// <param name="now">The device's time.</param>
    /// <returns>False where none may.</returns>
    public bool TryBegin(DateTimeOffset now)
    {
        while (_recent.TryPeek(out var first) && now - first >= TimeSpan.FromDays(1))
        {
            _recent.Dequeue();
        }

        if (Failures >= InAll || _recent.Count >= ADay)
        {
            return false;
        }

        Failures++;
        _recent.Enqueue(now);
        return true;
    }

    /// <summary>Takes the latest run back: it succeeded.</summary>
    public void Succeeded()
    {
        if (_recent.Count == 0)
        {
            throw new InvalidOperationException("GuessLimit.Succeeded: no run was counted.");
        }

        // Which one is taken back does not matter for the total; for the day it is the latest.
        Failures--;
        var kept = _recent.Count - 1;
        for (var i = 0; i < kept; i++)
        {
            _recent.Enqueue(_recent.Dequeue());
        }

        _recent.Dequeue();
    }
}
