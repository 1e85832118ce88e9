using System.Threading.Channels;

namespace Harness.Cli.Commands;

/// <summary><c>harness console</c>: an interactive console to a board.</summary>
internal static class ConsoleCommand
{
    public static Command Create()
    {
        var device = new Argument<string>("DEVICE") { Description = "a board of the rig: board, m4, f405, ..." };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var test = new Option<bool>("--test") { Description = "boot the test image of an emulated board" };
        var wait = WaitOption.Create();
        var plugin = PluginOption.Create();
        var command = new Command("console",
            """
            A line console to a board, real or emulated, speaking the bench protocol (rigs/firmware/PROTOCOL.md). SEQ and CRC are added and
            checked here: type ID, SELFTEST, MEASURE op=list. What is typed is kept nowhere. Ctrl-D or Ctrl-C leaves, and an emulator ends.

            Exit status: 0 left; 1 lines came from a pipe and the board answered one with ERR; 2 usage or rig; 3 the board does not answer.

            Examples:
              ./harness console board
              echo SELFTEST | ./harness console m4
              ./harness console f405 --rig rigs/pi-bench.yaml
            """) { device, rig, test, wait, plugin };
        command.SetAction((parsed, stop) => Task.Run(
            () => RunAsync(
                parsed.GetValue(device)!, RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin)),
                parsed.GetValue(test), parsed.GetValue(wait), stop),
            CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(string name, RigFile rig, bool test, TimeSpan wait, CancellationToken stop)
    {
        var rigPath = rig.Path;
        var entry = DeviceArgument.Find(rig, name);
        if (entry.Kind != DeviceKind.Serial)
        {
            Console.Error.WriteLine($"harness: {entry.Name} has no line: only boards have a console; next: ./harness rig show {ShellWord.Quote(ProductPaths.Display(rigPath))}");
            return ExitCodes.Usage;
        }

        await using var bench = new TestBench(rig, new TestBenchOptions { TestFirmware = test, Drivers = BuiltDrivers.For(rig) }.Apply(wait));
        var device = bench.Device(entry.Name);
        try
        {
            // Bound, not active: an interactive user may also want to see an unseeded board.
            await device.BindAsync(stop);
            await using var client = new BenchClient(device.Line, new BenchClientOptions
            {
                Board = entry.Name, Reply = rig.ReplyOf(entry), Boot = rig.Timeouts.Boot, NextCommand = $"./harness doctor --rig {ShellWord.Quote(ProductPaths.Display(rigPath))}",
                WhyEnded = device.WhyEndedAsync, OnFault = fault => Console.Error.WriteLine($"harness: {fault.Board}: {fault.Fault}: {fault.Detail}"),
            });
            var info = await client.WaitReadyAsync(stop);
            var byHand = !Console.IsInputRedirected;
            if (byHand)
            {
                Console.WriteLine($"{entry.Name}: {info.Board}, build {info.Build}{(info.IsTest ? ", test build" : "")}; ? for help, Ctrl-D leaves");
            }

            var errors = await new BoardConsole(client, Typed(), Console.Out).RunAsync(byHand ? $"{entry.Name}> " : "", stop);
            return byHand || errors == 0 ? ExitCodes.Pass : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Pass;
        }
    }

    // A read from a terminal cannot be cancelled: it waits on a thread of its own, which ends with the program.
    private static ChannelReader<string> Typed()
    {
        var lines = Channel.CreateBounded<string>(1);
        new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line)
            {
                lines.Writer.WriteAsync(line).AsTask().GetAwaiter().GetResult();
            }

            lines.Writer.Complete();
        })
        { IsBackground = true }.Start();
        return lines.Reader;
    }
}
