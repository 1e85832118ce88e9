namespace Harness.Bench.Tests;

/// <summary>Runs the tests, or is the child process of <see cref="OrphanTests"/>: boots a device of a rig, prints its emulator's process id, and waits to be killed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not ["boot", var rig, var device])
        {
            return await MicrosoftTestingPlatformApplication.RunAsync(args);
        }

        await using var bench = new TestBench(RigFile.Load(rig), new TestBenchOptions());
        await bench.GetPartyAsync(device, CancellationToken.None);
        Console.WriteLine(bench.Device(device).EmulatorProcessId);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
