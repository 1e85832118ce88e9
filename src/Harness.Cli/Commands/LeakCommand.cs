using System.CommandLine;
using System.Text.Json;
using Harness.Bench;
using Harness.Bench.Measuring;
using Harness.Record;
using Harness.Timing;

namespace Harness.Cli.Commands;

/// <summary>
/// <c>harness leak</c>: whether the time of an operation tells secrets apart. A command of its own and no option of measure: what it takes is
/// a subject with two classes of inputs, not an operation, and what it ends in is a verdict.
/// </summary>
internal static class LeakCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var subject = new Argument<string?>("SUBJECT") { Description = "what to test; --list names them", Arity = ArgumentArity.ZeroOrOne };
        var device = new Option<string>("--device") { Description = "a device or role of the rig [default: board]" };
        var samples = new Option<int?>("--samples") { Description = "samples of each class [default: 10000; on exact counts 1000 ciphers, 20 P-256, 2 modexp]" };
        samples.Validators.Add(CommandHost.Between(1, 10_000_000));
        var seed = new Option<ulong>("--seed") { Description = "seed of the order", DefaultValueFactory = _ => Bootstrap.DefaultSeed };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var list = new Option<bool>("--list") { Description = "the subjects of the device" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout, with every sample" };
        var command = new Command("leak",
            """
            Runs an operation on two classes of inputs in random order, with a third list of the first class as control, and tells whether
            their times differ. Exact counts are compared to the last one; else Welch's t with the tails cropped, as dudect does.

            Exit status: 0 equal, or no leak found with these samples; 1 a leak; 2 usage or rig file; 3 the rig broke;
            4 undecided, with the reason; 130 aborted.

            Examples:
              ./harness leak --list --device board
              ./harness leak present-key --device board
              ./harness leak tag-compare --device host --samples 20000
            """) { subject, device, samples, seed, rig, list, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(subject) is not { Tokens.Count: > 0 } && !result.GetValue(list))
            {
                result.AddError("which subject? next: ./harness leak --list --device DEVICE");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            async () =>
            {
                var file = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig));
                var entry = DeviceArgument.Find(file, parsed.GetValue(device) ?? (file.Find("board") is null ? file.Devices.Keys.First() : "board"));
                await using var bench = new TestBench(file, new TestBenchOptions { Drivers = BuiltDrivers.Create() });
                var leaks = new LeakMeasurement(bench);
                return parsed.GetValue(list) || parsed.GetValue(subject) is not { } name
                    ? await ListAsync(leaks, entry.Name, parsed.GetValue(json), stop)
                    : await RunAsync(leaks, entry.Name, name, parsed.GetValue(samples) ?? leaks.DefaultRounds(entry.Name, name), parsed.GetValue(seed), parsed.GetValue(json), stop);
            },
            CancellationToken.None));
        return command;
    }

    private static async Task<int> ListAsync(LeakMeasurement leaks, string device, bool json, CancellationToken stop)
    {
        var subjects = await leaks.ListAsync(device, stop);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(subjects.Select(s => new { subject = s.Key, classes = s.Value }), Indented)
            : string.Join(Environment.NewLine, subjects.Select(s => $"{s.Key,-28} {s.Value}")));
        return ExitCodes.Pass;
    }

    private static async Task<int> RunAsync(LeakMeasurement leaks, string device, string subject, int rounds, ulong seed, bool json, CancellationToken stop)
    {
        var updating = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        var shown = 0L;
        void Show(int done)
        {
            if (updating && Environment.TickCount64 - shown >= 200)
            {
                shown = Environment.TickCount64;
                Console.Error.Write($"\r\x1b[2K{subject} on {device}  {done}/{rounds} of each class");
            }
        }

        LeakResult result;
        try
        {
            result = await leaks.RunAsync(device, subject, rounds, seed, Show, stop);
        }
        finally
        {
            if (updating)
            {
                Console.Error.Write("\r\x1b[2K");
            }
        }

        var test = result.Test;
        Console.WriteLine(json
            ? JsonSerializer.Serialize(
                new
                {
                    subject, device = result.Device, classes = result.Classes, verdict = test.Verdict.Word(), kind = test.Kind.ToString().ToLowerInvariant(), words = test.Words,
                    t = Finite(test.T.T), crop = test.T.Crop, control_t = Finite(test.Control.T), difference = Finite(test.Difference), threshold = LeakTest.Threshold,
                    unit = result.Samples.Unit.Symbol(), provenance = result.Samples.Provenance.Word(), clock = ClockKind.Device.Word(), n = result.Samples.First.Count, seed,
                    floor = result.Samples.Floor?.ToString(), first = result.Samples.First, second = result.Samples.Second, control = result.Samples.Control,
                },
                Indented)
            : $"{subject} of {result.Device}: {result.Classes}{Environment.NewLine}{test.Words}");
        return ExitCodes.From(test.Verdict);
    }

    // JSON has no infinity: what cannot be told by a finite t is told by the kind.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
