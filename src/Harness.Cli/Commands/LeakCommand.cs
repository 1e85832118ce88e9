namespace Harness.Cli.Commands;

/// <summary>
/// <c>harness leak</c>: tests whether the duration of an operation depends on secrets. A command of its own and no option of measure: it takes
/// a subject with two classes of inputs, not an operation, and it gives a verdict.
/// </summary>
internal static class LeakCommand
{
    public static Command Create()
    {
        var subject = new Argument<string?>("SUBJECT") { Description = "what to test; --list names them", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "every subject of the device, one after the other, as a table" };
        var device = new Option<string>("--device") { Description = "a device or role of the rig [default: board]" };
        var samples = new Option<int?>("--samples") { Description = "samples of each class [default: 10000, of powers on a board 500 (P-256) and 100 (modexp); of exact counts 1000 of ciphers, 100 of hashes, 20 and 2 of powers]" };
        samples.Validators.Add(CommandHost.Between(1, 10_000_000));
        var seed = new Option<ulong>("--seed") { Description = "seed of the order", DefaultValueFactory = _ => Bootstrap.DefaultSeed };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var wait = WaitOption.Create();
        var plugin = PluginOption.Create();
        var list = new Option<bool>("--list") { Description = "the subjects of the device, and why it cannot be asked for some" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout, with every sample" };
        var record = new RecordOptions(" and the samples");
        var broker = new BrokerTargetOptions();
        var command = new Command("leak",
            """
            Runs an operation on two classes of inputs in random order, with a third list of the first class as control, and tells whether
            their times differ. Exact counts are compared to the last one; else Welch's t of times and of their scatter, with the tails cropped, as
            dudect does. "No leak found" says how large a difference would have shown. With --broker the operation is a refused login at a deployed broker:
            names that do not exist against --user with wrong passwords (which may lock it out), the control being other names that do not exist.

            Exit status: 0 equal, or no leak found with these samples; 1 a leak; 2 usage or rig file; 3 the rig broke;
            4 undecided, with the reason; 130 aborted. With --all a leak counts more than a broken rig, and that more than an undecided one; a subject
            that the device cannot be asked for counts nothing.

            Examples:
              ./harness leak --list --device board
              ./harness leak present-key --device board
              ./harness leak tag-compare --device host --samples 20000
              ./harness leak --all --device avr1284
              ./harness leak --broker lab-broker:1883 --i-own lab-broker:1883 --user tester --password-file broker.password --samples 2000
              ./harness leak --broker lab-broker:8883 --i-own lab-broker:8883 --user tester --tls --ca lab-authority.pem
            """) { subject, all, device, samples, seed, rig, list, json, wait, plugin };
        record.AddTo(command);
        broker.AddTo(command);
        command.Validators.Add(result =>
        {
            var ways = (result.GetResult(subject) is { Tokens.Count: > 0 } ? 1 : 0) + (result.GetValue(list) ? 1 : 0) + (result.GetValue(all) ? 1 : 0) + (result.GetValue(broker.Broker) is null ? 0 : 1);
            if (ways == 0)
            {
                result.AddError("which subject? next: ./harness leak --list --device DEVICE");
            }
            else if (ways > 1)
            {
                result.AddError("a SUBJECT, --all, --list and --broker are four ways: take one");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            async () =>
            {
                if (broker.IsGiven(parsed))
                {
                    return await BrokerLeak.RunAsync(broker, parsed, parsed.GetValue(samples), record.Read(parsed, null), parsed.GetValue(json), stop);
                }

                broker.Tls.Refuse(parsed, "a SUBJECT is one of a device");
                var file = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin));
                var entry = DeviceArgument.Find(file, parsed.GetValue(device) ?? (file.Find("board") is null ? file.Devices.Keys.First() : "board"));
                var options = new TestBenchOptions { Drivers = BuiltDrivers.For(file) }.Apply(parsed.GetValue(wait));
                var asked = new LeakRequest(entry.Name, parsed.GetValue(subject) ?? "") { Rounds = parsed.GetValue(samples), Seed = parsed.GetValue(seed) };
                if (parsed.GetValue(list))
                {
                    await using var bench = new TestBench(file, options);
                    await using var leaks = new LeakMeasurement(bench);
                    return await ListAsync(leaks, entry.Name, parsed.GetValue(json), stop);
                }

                return await MeasuringRun.RunAsync(
                    file, record.Read(parsed, parsed.GetValue(rig)), parsed.GetValue(all) ? $"leak --all --device {ShellWord.Quote(entry.Name)}" : LeakRecord.Command(asked), parsed.GetValue(json),
                    async run =>
                    {
                        await using var bench = new TestBench(file, options with { Sink = run });
                        await using var leaks = new LeakMeasurement(run.On(bench));
                        await (parsed.GetValue(all) ? AllAsync(run, leaks, asked, parsed.GetValue(json), stop) : OneAsync(run, leaks, asked, parsed.GetValue(json), stop));
                    },
                    stop);
            },
            CancellationToken.None));
        return command;
    }

    private static async Task<int> ListAsync(LeakMeasurement leaks, string device, bool json, CancellationToken stop)
    {
        var subjects = await leaks.ListAsync(device, stop);
        Console.WriteLine(json ? LeakReport.ListJson(subjects) : LeakReport.List(subjects));
        return ExitCodes.Pass;
    }

    private static async Task OneAsync(MeasuringRun run, LeakMeasurement leaks, LeakRequest asked, bool json, CancellationToken stop)
    {
        var result = await LeakRecord.RunAsync(run, leaks, asked, "", stop);
        Console.WriteLine(json ? LeakReport.Json(result) : LeakReport.Render(result));
    }

    private static async Task AllAsync(MeasuringRun run, LeakMeasurement leaks, LeakRequest asked, bool json, CancellationToken stop)
    {
        var rows = new List<LeakRow>();
        var entries = await leaks.ListAsync(asked.Device, stop);
        if (!json)
        {
            Console.WriteLine(LeakReport.Head);
        }

        foreach (var (entry, at) in entries.Select((entry, i) => (entry, i + 1)))
        {
            var row = await RowAsync(run, leaks, asked with { Subject = entry.Name }, entry, $"{at}/{entries.Count} ", stop);
            rows.Add(row);
            if (!json)
            {
                Console.WriteLine(LeakReport.Lines(row));
            }

            if (row.Verdict == Verdict.RigError)
            {
                break; // the next subjects would fail for the same reason
            }
        }

        Console.WriteLine(json ? LeakReport.Json(asked.Device, rows) : LeakReport.Sum(asked.Device, rows, entries.Count));
        if (rows.All(row => row.Verdict is null))
        {
            await LeakRecord.NothingAsync(run, asked.Device);
        }
    }

    private static async Task<LeakRow> RowAsync(MeasuringRun run, LeakMeasurement leaks, LeakRequest asked, LeakEntry entry, string place, CancellationToken stop)
    {
        if (entry.Missing is not null)
        {
            run.Note(null, $"{entry.Name} of {asked.Device}: not here: {entry.Missing}");
            return new LeakRow(entry, null, entry.Missing, null);
        }

        try
        {
            return new LeakRow(entry, await LeakRecord.RunAsync(run, leaks, asked, place, stop), null, null);
        }
        catch (VerdictException e)
        {
            return new LeakRow(entry, null, e.Message, e.Verdict);
        }
    }
}
