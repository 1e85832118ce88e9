using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Harness.Guest;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

// Harness.Guest --chip: a BME280 on the guest's I2C bus until the program is ended.
// Harness.Guest [--others] ASSEMBLY[:FIXTURE,...]...: its own tests (but with --others), then those of assemblies, in this process, one line each on stdout: outcome, name, message. A test
// runner of its own, because the usual one is three processes that talk over sockets, which an emulated machine takes a minute for.
if (!File.Exists(Pins.Node))
{
    Console.Error.WriteLine($"no {Pins.Node}: this runs in the virtual machine; next: rigs/guest/run dotnet {Assembly.GetExecutingAssembly().Location}");
    return 2;
}

using var chip = new LabBus();
if (args is ["--chip"])
{
    Console.WriteLine("a BME280 at 0x76");
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
    runner.Load(assembly, new Dictionary<string, object>());
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
        console.WriteLine($"{outcome}\t{result.FullName}\t{words.ReplaceLineEndings(" ").Trim()}");
    }

    public void TestOutput(TestOutput output)
    {
    }

    public void SendMessage(TestMessage message)
    {
    }
}
