using Harness.Cli.Commands.Testing;
using Harness.Sessions;

namespace Harness.Cli.Commands;

/// <summary><c>harness test</c>: runs every test of the project and ends with one line of counts.</summary>
internal static class TestCommand
{
    private const int SlowTestsShown = 10;

    /// <summary>The environment variable from which every test project takes the seed of its order.</summary>
    internal const string OrderVariable = "HARNESS_TEST_ORDER";

    public static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "only tests whose full name contains this text, or of the category of this name" };
        var only = new Option<string?>("--project") { Description = "only one part: firmware, or a test project such as Harness.Mqtt.Tests" };
        var longer = new Option<bool>("--long") { Description = "also what does not fit the usual minutes (category Long); one part at a time" };
        var timings = new Option<bool>("--timings") { Description = $"print the {SlowTestsShown} slowest tests before the counts" };
        var lanes = new Option<int?>("--lanes") { Description = "parts that run beside each other; two more than there are cores if not given, as tests wait for boards and programs" };
        lanes.Validators.Add(CommandHost.Between(1, 64));
        var shuffle = new Option<string?>("--shuffle") { Description = "run the C# tests of each part in the order of this seed: the same seed, the same order", HelpName = "SEED" };
        var command = new Command("test",
            """
            Builds and runs every test: the firmware's C tests, the C# tests, and the features on the emulated rig.

            Examples:
              ./harness test
              ./harness test --timings
              ./harness test --project Harness.Mqtt.Tests
              ./harness test --filter Present
              ./harness test --filter FieldCase
              ./harness test --shuffle 7

            The last line is 'N passed, N failed' (', N skipped' may follow). Exit status 0 only if something ran and nothing failed.
            """) { filter, only, longer, timings, lanes, shuffle };
        command.SetAction((parsed, stop) =>
        {
            if (parsed.GetValue(shuffle) is { } seed)
            {
                Environment.SetEnvironmentVariable(OrderVariable, seed);
            }

            return RunAsync(
                parsed.GetValue(filter), parsed.GetValue(only), parsed.GetValue(longer), parsed.GetValue(timings), parsed.GetValue(lanes), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(string? filter, string? only, bool longer, bool timings, int? lanes, CancellationToken stop)
    {
        if (ProductPaths.IsRelease)
        {
            Console.Error.WriteLine("harness: the tests are part of the sources, and this is a release; next: git clone the project, then ./harness test there");
            return ExitCodes.Usage;
        }

        var parts = TestPart.Find(only, filter);
        if (parts.Count == 0)
        {
            Console.Error.WriteLine($"harness: no part named '{only}'; parts: {string.Join(", ", TestPart.Names())}");
            return ExitCodes.Usage;
        }

        using var results = new TemporaryFolder("harness-test");

        // The long tests also measure time, so they run one at a time.
        var beside = lanes ?? (longer ? 1 : Environment.ProcessorCount + 2);
        var ended = await new TestLanes(beside, Console.Out).RunAsync(parts, new TestRequest(filter, longer, results.Path), stop);
        var total = ended.Aggregate(TestCounts.None, (sum, part) => sum + part.Counts);
        if (timings)
        {
            Console.WriteLine($"the {SlowTestsShown} slowest:");
            foreach (var test in ended.SelectMany(part => part.Times).OrderByDescending(test => test.Took).Take(SlowTestsShown))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {test.Took.TotalSeconds,7:F1} s  {test.Name}"));
            }
        }

        if (total.Passed + total.Failed == 0)
        {
            Console.WriteLine("harness: nothing ran; a filter that matches nothing is a failure");
        }

        Console.WriteLine(total);
        return total.Failed == 0 && total.Passed > 0 ? ExitCodes.Pass : ExitCodes.Failed;
    }
}
