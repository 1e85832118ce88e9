namespace Harness.Bench.Devices;

/// <summary>The names of board drivers in rig files, and their properties.</summary>
public static class BoardDriverNames
{
    /// <summary>Clock of every simulated ATmega in Hz, as rigs/firmware's hal/avr.c is built for.</summary>
    internal const int AvrHz = 16_000_000;

    /// <summary>Drivers that run a board on this machine, as rig files spell them.</summary>
    internal static readonly IReadOnlyDictionary<string, BoardDriver> ByWord = new Dictionary<string, BoardDriver>
    {
        ["qemu-stm32f405"] = BoardDriver.QemuStm32F405,
        ["qemu-microbit"] = BoardDriver.QemuMicrobit,
        ["simavr-atmega328p"] = BoardDriver.SimAvrAtmega328P,
        ["simavr-atmega1284p"] = BoardDriver.SimAvrAtmega1284P,
        ["posix"] = BoardDriver.Posix,
    };

    /// <summary>The names of <see cref="ByWord"/>: every other driver of a board opens a line.</summary>
    internal static IEnumerable<string> Emulators => ByWord.Keys;

    /// <summary>Gets the driver's name in a rig file; <c>in-process</c> where there is no board.</summary>
    public static string Word(this BoardDriver driver) => driver switch
    {
        BoardDriver.None => "in-process",
        BoardDriver.Tty => "tty",
        _ => ByWord.First(pair => pair.Value == driver).Key,
    };

    /// <summary>True if QEMU runs the board.</summary>
    public static bool IsQemu(this BoardDriver driver) => driver is BoardDriver.QemuStm32F405 or BoardDriver.QemuMicrobit;

    /// <summary>
    /// Ticks of the board's timer per QEMU instruction. A micro:bit's timer counts 62.5 ns of virtual time, and its instruction takes 64 ns
    /// (<see cref="EmulatorCommand"/>). 1 where the timer counts the instructions themselves.
    /// </summary>
    public static double TicksPerInstruction(this BoardDriver driver) => driver == BoardDriver.QemuMicrobit ? 64 / 62.5 : 1;

    /// <summary>True if simavr runs the board.</summary>
    public static bool IsSimAvr(this BoardDriver driver) => driver is BoardDriver.SimAvrAtmega328P or BoardDriver.SimAvrAtmega1284P;

    /// <summary>True if this machine runs the board, in an emulator or as a process.</summary>
    public static bool IsEmulated(this BoardDriver driver) => driver == BoardDriver.Posix || driver.IsQemu() || driver.IsSimAvr();

    /// <summary>Gets simavr's name of the processor.</summary>
    internal static string Mcu(this BoardDriver driver) => driver == BoardDriver.SimAvrAtmega328P ? "atmega328p" : "atmega1284p";
}
