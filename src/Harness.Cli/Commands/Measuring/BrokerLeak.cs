using Harness.Timing.Leaks;

namespace Harness.Cli.Commands.Measuring;

/// <summary>The leak test of a deployed broker: whether the time of a refused login tells that its user exists.</summary>
internal static class BrokerLeak
{
    private const int DefaultSamples = 1000;
    private static readonly LeakEntry Entry = new("refused-logins", "user names that do not exist, and --user with wrong passwords", LeakCost.Hash);

    /// <summary>Runs it.</summary>
    /// <param name="target">The options that name the broker.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="samples">Samples of each class; null takes 1,000.</param>
    /// <param name="record">The record as it was asked for.</param>
    /// <param name="json">True for one JSON object on standard output.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="FormatException">No user, or the broker stands beyond this machine and was not typed again.</exception>
    public static async Task<int> RunAsync(BrokerTargetOptions target, ParseResult parsed, int? samples, RecordRequest record, bool json, CancellationToken stop)
    {
        if (parsed.GetValue(target.User) is not { } user)
        {
            throw new FormatException("leak --broker needs --user, whose refusals are compared with those of names that do not exist; next: ./harness leak --help");
        }

        var broker = await target.ResolveAsync(parsed, stop);
        var own = parsed.GetValue(target.Own) is null ? "" : $" --i-own {ShellWord.Quote(broker.Typed)}";
        var command = string.Create(CultureInfo.InvariantCulture, $"leak --broker {ShellWord.Quote(broker.Typed)}{own} --user {ShellWord.Quote(user)}{target.Tls.Again(parsed)} --samples {samples ?? DefaultSamples}");
        return await MeasuringRun.RunAsync(
            run => run.Begin(broker.Typed, $"./harness {command}", 1), record, command, json,
            async run =>
            {
                var asked = new LeakRequest(broker.Typed, Entry.Name) { Rounds = samples ?? DefaultSamples };
                var result = await LeakRecord.RunAsync(run, command, asked, "", told => TestAsync(broker, asked, told, stop));
                Console.WriteLine(json ? LeakReport.Json(result) : LeakReport.Render(result));
            },
            stop);
    }

    private static async Task<LeakResult> TestAsync(BrokerTarget broker, LeakRequest asked, Action<int, int> told, CancellationToken stop)
    {
        var audited = new AuditTarget(broker.Address, broker.Host) { User = broker.User, Password = broker.Password };
        var rounds = asked.Rounds!.Value;
        var times = await RefusalTimes.MeasureAsync(audited, new AuditPath(broker.Address) { Tls = broker.Tls }, rounds, stop, done => told(done, rounds));
        if (times.LetIn is { } letIn)
        {
            throw new InconclusiveException("refused logins", "every wrong password refused", letIn, nextCommand: "./harness audit --help");
        }

        var samples = new LeakSamples(new LeakDurations(times.Unknown, times.Known, times.Control, times.Lost), Unit.Nanoseconds, ClockKind.Host, Provenance.Host, null);
        return new LeakResult(asked, broker.Typed, Entry, rounds, [new LeakStep("", samples, LeakTest.Judge(samples))], []);
    }
}
