using System.Security.Cryptography.X509Certificates;
using Harness.Cli.Commands.Audit;

namespace Harness.Cli.Commands;

/// <summary><c>harness audit</c>: the security of a deployed broker.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var target = new BrokerTargetOptions(findsTls: true);
        var listen = new Option<int>("--listen") { Description = "seconds for which it listens to # and to $SYS/#", DefaultValueFactory = _ => 10 };
        listen.Validators.Add(CommandHost.Between(1, 600));
        var active = new Option<bool>("--active") { Description = "also tries: on the ClientIds and topics named, and guesses wrong passwords of --user" };
        var clients = new Option<string[]>("--client") { Description = "with --active: a ClientId whose session may be disturbed; may be given again", DefaultValueFactory = _ => [] };
        var topics = new Option<string[]>("--topic") { Description = "with --active: a topic that strangers (or, where none are let in, --user) must not use; may be given again", DefaultValueFactory = _ => [] };
        var guesses = new Option<int>("--guesses") { Description = "with --active: wrong passwords of --user in a row, which may lock it out", DefaultValueFactory = _ => 10 };
        guesses.Validators.Add(CommandHost.Between(1, 1000));
        var timing = new Option<int>("--timing") { Description = "with --active: refused logins that are timed for each of three classes of user names, --user among them (which may be locked out)", DefaultValueFactory = _ => 0 };
        timing.Validators.Add(CommandHost.Between(0, 1_000_000));
        var fuzz = new Option<int>("--fuzz") { Description = "with --active: number of mutated cases, each after a real login; the next login says whether the broker survived", DefaultValueFactory = _ => 0 };
        var first = new Option<int>("--fuzz-first") { Description = "with --fuzz: index of the first case", DefaultValueFactory = _ => 0 };
        var seed = new Option<int>("--seed") { Description = "with --fuzz: the seed of its cases", DefaultValueFactory = _ => 1 };
        fuzz.Validators.Add(CommandHost.Between(0, 10_000_000));
        first.Validators.Add(CommandHost.Between(0, 1_000_000_000));
        var outDir = new Option<string?>("--out") { Description = "the folder for record and capture [default: runs/<time>-<id>]" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("audit",
            """
            Judges a deployed broker by what it shows to whoever connects: TLS versions, suites and certificate; logins without a user; what # and $SYS/#
            give away; limits in CONNACK. It publishes nothing and guesses nothing. Payloads are counted, never kept. Each finding has its evidence, its
            severity, the setting that mends it and a capture named by it (findings/); no capture has passwords, payloads or proofs.

            With --active it tries what an attacker would, and nothing but what is named: session take-over of each --client before and after the broker's
            answer to the login, reading (by nine shapes of filter), publishing, wills and retained messages on each --topic, and, for --user, faults of
            SCRAM-SHA-256 (iterations, salts, nonces, proofs, replay, the broker's own proof), whether replies tell that a user exists (by their words and, with
            --timing, by their time: Welch's t beside a control) and whether guessing is slowed down. What it made the broker keep it removes again.

            A broker beyond this machine is tried only where its address is typed a second time. A name is resolved once, and only the address that was
            checked is connected to. The password goes to a broker that speaks TLS only where an authority that this system trusts, or
            that --ca names, vouches for it, and to one of plain MQTT beyond this machine only with --plain. What no answer decided is "not tried", never well.

            Exit status: 0 no finding of medium or high severity; 1 there is one; 2 usage; 3 no broker there; 4 something stays open: --user was
            refused, or kept back, or a connection broke; 130 stopped.

            Examples:
              ./harness audit --broker 127.0.0.1:1883
              ./harness audit --broker lab-broker:8883 --i-own lab-broker:8883 --user tester --password-file broker.password
              ./harness audit --broker lab-broker:8883 --i-own lab-broker:8883 --ca lab-authority.pem
              ./harness audit --broker 127.0.0.1:1883 --listen 2 --json
              ./harness audit --broker 127.0.0.1:1883 --active --client sensor-7 --topic plant/valve
              ./harness audit --broker 127.0.0.1:1883 --active --fuzz 2000 --seed 7
            """) { listen, active, clients, topics, guesses, timing, fuzz, first, seed, outDir, json };
        target.AddTo(command);
        command.SetAction((parsed, stop) => target.IsGiven(parsed)
            ? RunAsync(target, parsed, parsed.GetValue(listen), Scope(new Option[] { clients, topics, guesses, timing, fuzz, first, seed }.Any(o => parsed.GetResult(o) is { Implicit: false }), parsed.GetValue(active), parsed.GetValue(clients)!, parsed.GetValue(topics)!, parsed.GetValue(guesses), parsed.GetValue(timing), new FuzzPlan(parsed.GetValue(seed), parsed.GetValue(first), parsed.GetValue(fuzz))), parsed.GetValue(outDir), parsed.GetValue(json), stop)
            : throw new FormatException("a broker is named by --broker HOST:PORT; next: ./harness audit --help"));
        return command;
    }

    private static string Again(BrokerTargetOptions options, ParseResult parsed, ActiveScope? scope)
    {
        var words = new StringBuilder($"./harness audit {options.Again(parsed)}");
        if (scope is not null)
        {
            words.Append(" --active").Append(string.Concat(scope.Clients.Select(c => $" --client {ShellWord.Quote(c)}"))).Append(string.Concat(scope.Topics.Select(t => $" --topic {ShellWord.Quote(t)}")));
        }

        return words.ToString();
    }

    private static ActiveScope? Scope(bool asked, bool active, string[] clients, string[] topics, int guesses, int timing, FuzzPlan fuzz)
    {
        if (!active)
        {
            return !asked ? null : throw new FormatException("--client, --topic, --guesses, --timing and --fuzz are tried with --active alone; next: add --active, or leave them out");
        }

        return topics.FirstOrDefault(topic => !TopicFilter.IsTopicName(topic)) is { } wrong
            ? throw new FormatException($"--topic {ForeignText.Quote(wrong)} is no topic name: it is empty or holds + or #")
            : new ActiveScope(clients, topics) { Guesses = guesses, Timing = timing, Fuzz = fuzz };
    }

    private static async Task<int> RunAsync(BrokerTargetOptions options, ParseResult parsed, int listen, ActiveScope? scope, string? outDir, bool json, CancellationToken stop)
    {
        if (scope is { Timing: > 0 } && parsed.GetValue(options.User) is null)
        {
            throw new FormatException("--timing needs --user, whose refusals are timed");
        }

        var broker = await options.ResolveAsync(parsed, stop);
        var target = new AuditTarget(broker.Address, broker.Host) { User = broker.User, Password = broker.Password, Authorities = broker.Authorities, TakesPlain = options.Tls.TakesPlain(parsed), ListenFor = TimeSpan.FromSeconds(listen), Clients = scope?.Clients ?? [] };
        using var run = RecordedRun.Open(new RecordRequest(outDir, null, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(broker.Typed, "./harness audit", 1);
            var record = new AuditRecord(run, Again(options, parsed, scope));
            await run.ConcludingAsync(
                async () =>
                {
                    await using var tlsTap = AuditTap.OpenForTls(target.Address);
                    var (tls, shown) = await BrokerAudit.AskTlsAsync(target, tlsTap.Path with { Direct = target.Address }, stop);
                    record.Add(tls, tlsTap);
                    if (BrokerAudit.WithholdsAll(tls, shown) is { } open)
                    {
                        record.Add([open], tlsTap);
                        return record;
                    }

                    var vouched = Vouched(target, tls, record, tlsTap);
                    await AskMqttAsync(vouched, scope, shown, $"./harness audit {options.Again(parsed)}", run, record, listen, stop);
                    return record;
                },
                () => record.End(stopped: true));
            var finished = record.End(stopped: false);
            Console.Out.WriteLine(json ? AuditReport.RenderJson(broker.Typed, record.Checks) : AuditReport.Render(broker.Typed, record.Checks));
            (json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
            return finished.ExitCode;
        });
    }

    // A password goes to nobody whom no authority vouches for, but where the operator says so.
    private static AuditTarget Vouched(AuditTarget target, IReadOnlyList<AuditCheck> tls, AuditRecord record, AuditTap tap)
    {
        if (target.User is null || BrokerAudit.WithholdsUser(target, tls) is not { } open)
        {
            return target;
        }

        record.Add([open], tap);
        return target with { User = null, Password = null };
    }

    private static async Task AskMqttAsync(AuditTarget target, ActiveScope? scope, X509Certificate2? shown, string again, RecordedRun run, AuditRecord record, int listen, CancellationToken stop)
    {
        await using var gate = shown is null ? null : TlsGate.Open(target.Address, BrokerTls.PinnedOptions(target.Host, shown));
        await using var tap = await AuditTap.OpenAsync(gate?.Endpoint ?? target.Address, stop);
        if (StandardStreams.ErrorCanRewrite)
        {
            StandardStreams.Error.Write($"{StandardStreams.EraseLine}listening for up to {listen} s");
        }

        try
        {
            // Past the tap and the gate, which take every connection, and would add their own time.
            var direct = new AuditPath(target.Address) { Tls = shown is null ? null : BrokerTls.PinnedOptions(target.Host, shown) };
            var path = tap.Path with { Direct = direct };
            record.Add(await BrokerAudit.AskMqttAsync(target, path, stop), tap);
            if (scope is not null)
            {
                record.Add(await TimedAsync(target, scope.Timing, direct, tap, stop), tap);
                record.Add(await ActiveAudit.RunAsync(target, scope, path, stop), tap);
                record.Add(scope.Fuzz.Count == 0 ? [] : [await FuzzAsync(target, scope.Fuzz, new AuditPath(gate?.Endpoint ?? target.Address) { Direct = direct }, tap, again, stop)], tap);
            }
        }
        finally
        {
            if (StandardStreams.ErrorCanRewrite)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }

            run.Keep(tap.Save(run.Folder));
        }
    }

    // Past the tap: what does not decode is no part of a capture, and a crash is repeated by its case.
    private static Task<AuditCheck> FuzzAsync(AuditTarget target, FuzzPlan plan, AuditPath plain, AuditTap tap, string again, CancellationToken stop) => BrokerFuzz.RunAsync(
        target, plan, plain, again, bytes => tap.Keep("fuzz", bytes),
        done =>
        {
            if (StandardStreams.ErrorCanRewrite && done % 50 == 0)
            {
                StandardStreams.Error.Write($"{StandardStreams.EraseLine}fuzz case {done} of {plan.First + plan.Count}");
            }
        },
        stop);

    // Before the guesses, which may lock the user out.
    private static async Task<AuditCheck[]> TimedAsync(AuditTarget target, int samples, AuditPath direct, AuditTap tap, CancellationToken stop)
    {
        if (samples == 0)
        {
            return [];
        }

        if (target.User is null)
        {
            return [RefusalTiming.Open("the operator's user was kept back")];
        }

        var times = await RefusalTimes.MeasureAsync(target, direct, samples, stop);
        await RefusalTimes.ShowAsync(target, tap.Path, stop);
        return [RefusalTiming.Judge(times)];
    }
}
