using System.Reflection;
using System.Runtime.Loader;
using Harness.Guest;
using NUnit;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

// Harness.Guest --chip [NAME,...]: a BME280 on the guest's I2C bus, and models of ready chips, until the program is ended. A line on stdin, "NAME FAULT", gives a chip
// a fault (Gone, ClockHeld, None, ...); "bus ERRNO" lets every transfer fail (0: none).
// Harness.Guest [--others] ASSEMBLY[:FIXTURE,...]...: its own tests (but with --others), then those of assemblies, in this process, one line each on stdout: outcome, name, message. A test
// runner of its own, because the usual one is three processes that talk over sockets, which an emulated machine takes a minute for.
// Harness.Guest --echo LINE POLL ROUNDS [--power]: the harness's round trip on a board's line beside rigs/guest/poll.c, built; and the power of the board by each way of its
// adapter's DTR and RTS.
// Harness.Guest --test NAME ASSEMBLY: one test by its name, also a long one and without the lab, with what it says while it runs.
if (args is ["--test", var test, var file])
{
    var single = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
    single.Load(Load(Path.GetFullPath(file)), new Dictionary<string, object>());
    var (console, worst) = (Console.Out, 0);
    var result = single.Run(new Lines(console, () => worst = 1) { SaysAll = true }, TestFilter.FromXml($"<filter><name re='1'>^{test}$</name></filter>"));
    return result.TotalCount == 1 ? worst : 2;
}

if (args is ["--echo", var line, var poll, var rounds, .. var more])
{
    var echoed = await Echoes.RunAsync(line, poll, int.Parse(rounds, CultureInfo.InvariantCulture));
    return more is ["--power"] ? Math.Max(echoed, await PowerLines.RunAsync(line)) : echoed;
}

if (!File.Exists(Pins.Node))
{
    Console.Error.WriteLine($"no {Pins.Node}: this runs in the virtual machine; next: rigs/guest/run dotnet {Assembly.GetExecutingAssembly().Location}");
    return 2;
}

using var chip = new LabBus();
if (args is ["--chip", .. var names])
{
    var models = names.SelectMany(n => n.Split(',')).ToDictionary(n => n, chip.Put);
    Console.WriteLine(string.Join(", ", models.Keys.Prepend("a BME280 at 0x76")));
    while (Console.ReadLine()?.Split(' ') is [var name, var fault])
    {
        if (name == "bus")
        {
            chip.Broken = (short)-short.Parse(fault, CultureInfo.InvariantCulture);
        }
        else if (name == "bme280")
        {
            chip.Chip.Present = fault != "Gone";
        }
        else
        {
            models[name].Fault = Enum.Parse<ChipFault>(fault);
        }

        Console.WriteLine($"{name} {fault}");
    }

    Thread.Sleep(Timeout.Infinite);
}

using var stop = new CancellationTokenSource();
var toggling = Pins.ToggleAsync(5, TimeSpan.FromMilliseconds(20), stop.Token);
Lab.NameDevices();
Lab.Bus = chip;

// NUnit captures the console for the output of tests.
var output = Console.Out;
var failed = 0;
var others = args is ["--others", ..];
var assemblies = args.Skip(others ? 1 : 0).Select(a => a.Split(':')).Select(a => (Path: a[0], Fixtures: a.Length > 1 ? a[1].Split(',') : []));
foreach (var (path, fixtures) in others ? assemblies : assemblies.Prepend((Assembly.GetExecutingAssembly().Location, [])))
{
    var assembly = path == Assembly.GetExecutingAssembly().Location ? Assembly.GetExecutingAssembly() : Load(Path.GetFullPath(path));
    var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());

    // Of the other fixtures not even the cases are made: that takes an emulated machine longer than most tests.
    var settings = new Dictionary<string, object>();
    if (fixtures.Length > 0)
    {
        settings[FrameworkPackageSettings.LOAD] = assembly.GetTypes().Where(t => fixtures.Contains(t.Name)).Select(t => t.FullName!).ToList();
    }

    runner.Load(assembly, settings);
    var named = fixtures.Length == 0 ? "" : $"<or>{string.Concat(fixtures.Select(f => $"<class re='1'>\\.{f}$</class>"))}</or>";
    var filter = $"<filter><and><not><cat>Long</cat></not>{named}</and></filter>";
    runner.Run(new Lines(output, () => failed++), TestFilter.FromXml(filter));
}

await stop.CancelAsync();
await toggling;
return failed == 0 ? 0 : 1;

// With the files beside it; assemblies that this program has already loaded (NUnit, the drivers) serve both.
static Assembly Load(string path)
{
    AssemblyLoadContext.Default.Resolving += (context, name) =>
        Path.Combine(Path.GetDirectoryName(path)!, name.Name + ".dll") is var beside && File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
    return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
}

/// <summary>Prints the outcome of each test.</summary>
internal sealed class Lines(TextWriter console, Action failed) : ITestListener
{
    /// <summary>True to print the output of tests too, as it comes.</summary>
    public bool SaysAll { get; init; }

    public void TestStarted(ITest test)
    {
    }

    public void TestFinished(ITestResult result)
    {
        if (result.Test.IsSuite && result.ResultState.Site is not (FailureSite.SetUp or FailureSite.TearDown))
        {
            return;
        }

        var outcome = result.ResultState.Status switch { TestStatus.Passed => "ok", TestStatus.Skipped or TestStatus.Inconclusive => "skipped", _ => "failed" };
        if (outcome == "failed")
        {
            failed();
        }

        var words = outcome == "ok" ? string.Create(CultureInfo.InvariantCulture, $"{result.Duration:F2} s") : $"{result.Message} {(outcome == "failed" ? result.StackTrace : "")}";
        if (SaysAll)
        {
            console.Write(result.Output);
        }

        console.WriteLine($"{outcome}\t{result.FullName}\t{words.ReplaceLineEndings(" ").Trim()}");
    }

    public void TestOutput(TestOutput output)
    {
        if (SaysAll)
        {
            console.Write(output.Text);
            console.Flush();
        }
    }

    public void SendMessage(TestMessage message)
    {
    }
}
