namespace Harness.Soak.Tests;

/// <summary>
/// The sensor of a rig, which can be made to fail: a model in this process, or the chip on the kernel's I2C bus in the virtual machine (rigs/guest), which a program
/// plays that takes its faults from a pipe. HARNESS_SOAK_CHIP names the pipe; what the program did stands in a file of the same name with ".said".
/// </summary>
internal sealed class SoakSensor
{
    public const string Name = "climate";

    /// <summary>Bytes of a reading at most, as its time is left out.</summary>
    public const int MostBytes = 128;

    private readonly TestBench _bench;
    private ChipFault _fault;

    private SoakSensor(TestBench bench) => _bench = bench;

    /// <summary>True where the chip stands on a bus of a kernel.</summary>
    public static bool IsReal => Pipe is not null;

    private static string? Pipe => Environment.GetEnvironmentVariable("HARNESS_SOAK_CHIP") is { Length: > 0 } pipe ? pipe : null;

    public static SoakSensor Of(TestBench bench) => new(bench);

    /// <summary>Gives the chip a fault, or none, and returns once it has it.</summary>
    public async Task SetAsync(ChipFault fault)
    {
        if (_bench.Sensors.Model(Name) is { } model)
        {
            model.Fault = fault;
            return;
        }

        if (fault == _fault)
        {
            return;
        }

        // ETIMEDOUT is what a bus adapter says of a clock that is held.
        var line = (fault, _fault) switch
        {
            (ChipFault.ClockHeld, _) => "bus 110",
            (ChipFault.None, ChipFault.ClockHeld) => "bus 0",
            _ => $"bme280 {fault}",
        };
        var said = File.ReadAllLines($"{Pipe}.said").Length;
        await File.WriteAllTextAsync(Pipe!, line + "\n");
        await TestEnvironment.EventuallyAsync(() => File.ReadAllLines($"{Pipe}.said") is var lines && lines.Length > said && lines[^1] == line, $"\"{line}\" by the chip's program");
        _fault = fault;
    }
}
