using Harness.Timing.Leaks;

namespace Harness.Cli.Commands.Audit;

/// <summary>Judges times of refused logins as a leak test does: names that do not exist against the user that does, beside a control of two lists that are alike.</summary>
internal static class RefusalTiming
{
    private const string Id = RefusalTimes.Question, Question = "the time of a refused login does not tell whether its user exists";
    private const string Mend = "a broker or plugin that checks a password also where the user does not exist; a login that resists guessing, such as AugPAKE; names that nobody can guess";

    /// <summary>Judges.</summary>
    public static AuditCheck Judge(RefusalTimes times)
    {
        if (times.LetIn is { } letIn)
        {
            return Open(letIn);
        }

        var test = LeakTest.Judge(new LeakSamples(new LeakDurations(times.Unknown, times.Known, times.Control, times.Lost), Unit.Nanoseconds, ClockKind.Host, Provenance.Host, null));
        return test.Kind switch
        {
            LeakKind.Found => new AuditCheck(Id, Question, AuditSeverity.Medium, test.Description, Mend),
            LeakKind.Undecided => Open(test.Description),
            _ => new AuditCheck(Id, Question, null, test.Description),
        };
    }

    /// <summary>The answer where nothing decides it.</summary>
    public static AuditCheck Open(string why) => new(Id, Question, null, why, WasTried: false) { IsOpen = true };
}
