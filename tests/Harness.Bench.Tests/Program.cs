namespace Harness.Bench.Tests;

/// <summary>The child process of <see cref="OrphanTests"/>: boots a device of a rig, prints its emulator's process id, and waits to be killed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not ["boot", var rig, var device])
        {
            await Console.Error.WriteLineAsync("usage: boot RIG DEVICE (run the tests with: dotnet test)");
            return 2;
        }

        await using var bench = new TestBench(RigFile.Load(rig), new TestBenchOptions());
        await bench.GetPartyAsync(device, CancellationToken.None);
        Console.WriteLine(bench.Device(device).EmulatorProcessId);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
