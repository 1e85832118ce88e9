using Harness.Hardware.Links;

namespace Harness.Cli.Commands.Rigs;

/// <summary>A first rig file for a bench: the serial adapters found, each with a comment on what to check.</summary>
public static class RigTemplate
{
    /// <summary>Folder where the kernel names serial adapters by maker and serial number.</summary>
    public const string AdapterFolder = "/dev/serial/by-id";

    /// <summary>The comment that shows how the modelled sensor becomes a real one.</summary>
    internal const string SensorExample = "# a real one: driver: i2c, bus: /dev/i2c-1, address: 0x76";

    private const string SocketFolder = "/dev/serial/by-path";

    /// <summary>Gets the adapters that are plugged in, in the order of their names; one that shares its name with another, by its USB socket.</summary>
    public static IReadOnlyList<string> Adapters(string folder = AdapterFolder, string sockets = SocketFolder)
    {
        var named = Links(folder);
        var nodes = named.Select(DeviceNode.Resolve).ToHashSet(StringComparer.Ordinal);

        // A socket may have two names itself (with and without the USB version): one is enough.
        return [.. named, .. Links(sockets).Where(socket => nodes.Add(DeviceNode.Resolve(socket)))];
    }

    private static IReadOnlyList<string> Links(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)] : [];

    /// <summary>Renders a rig file. It loads once a person has decided each <c>"?"</c> in it; without adapters and sensors there is none.</summary>
    /// <param name="name">The rig's name.</param>
    /// <param name="adapters">Serial adapters, one board each; with none the boards are emulated and the real one is a comment.</param>
    /// <param name="firmware">Folder of the firmware images, as the rig file names it.</param>
    /// <param name="found">Other things on the bench; null for none.</param>
    public static string Render(string name, IReadOnlyList<string> adapters, string firmware, BenchSurvey? found = null)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line($"# Written by ./harness rig init. Check it with ./harness rig show FILE and ./harness doctor --rig FILE.");
        Line("# Paths are relative to this file. An unknown key is refused.");
        Line($"rig: {Quote(name)}");
        Line("# machine: physical             # true where the machine of this bench is no virtual one; an arm64 processor does not tell, and no number counts as hardware's without it");
        Line("server: harness-broker          # S of every handshake");
        Line();
        Line("group: modp2048-q256            # AugPAKE group: modp2048-q256 or p256");
        Line("profile: as-published           # how AugPAKE is encoded: as-published or rfc6628");
        Line("key_bits: 128                   # PRESENT key size, 80 or 128");
        Line();
        Line("timeouts:");
        Line("  handshake: 30 s               # CONNECT to CONNACK; an 8-bit board needs minutes");
        Line("  reply: 10 s                   # one reply of a board, before it is asked again");
        Line("  boot: 20 s                    # power-on until ID answers");
        Line();
        Line("broker:");
        Line("  kind: embedded");
        Line("  address: 127.0.0.1");
        Line("  port: 0                       # 0 takes a free one");
        Line();
        Line("devices:");
        Line("  host:");
        Line("    kind: host                  # a device in the harness's own process");
        if (adapters.Count == 0)
        {
            Line($"  # No serial adapter was found below {AdapterFolder}. When your board is plugged in, take the name that");
            Line($"  #   ls -l {AdapterFolder}");
            Line("  # shows, remove the emulated boards and write:");
            Line("  # board1:");
            foreach (var line in Board(AdapterFolder + "/usb-...", firmware))
            {
                Line("  #" + line[1..]);
            }

            Line("  m4: &board                    # an emulated STM32F405");
            Line("    kind: serial");
            Line("    driver: qemu-stm32f405");
            Line($"    elf: {Quote(firmware + "/stm32f405.elf")}");
            Line($"    test_elf: {Quote(firmware + "/stm32f405-test.elf")}");
            Line("  m4b: *board");
        }

        for (var i = 0; i < adapters.Count; i++)
        {
            Line($"  board{(i + 1).ToString(CultureInfo.InvariantCulture)}:");
            foreach (var line in Board(adapters[i], firmware))
            {
                Line(line);
            }
        }

        var boards = adapters.Count == 0 ? ["m4", "m4b"] : Enumerable.Range(1, adapters.Count).Select(i => $"board{i}").ToList();
        Line();
        Line("roles:                          # the words that features use");
        Line("  host: host");
        Line($"  board: {boards[0]}");
        if (boards.Count > 1)
        {
            Line($"  second board: {boards[1]}");
        }

        Line();
        Line("sensors:");
        Line("  climate:");
        Line("    kind: bme280");
        Line($"    driver: model               {SensorExample}");
        Line("  door:");
        Line("    kind: digital-input");
        Line("    driver: model               # a real one: driver: gpio, gpio: door-contact, and the section below");
        var sensors = 0;
        foreach (var (bus, address) in found?.I2c ?? [])
        {
            sensors++;
            foreach (var line in Sensor($"sensor{sensors.ToString(CultureInfo.InvariantCulture)}", bus, address))
            {
                Line(line);
            }
        }

        foreach (var device in found?.OneWire ?? [])
        {
            sensors++;
            Line($"  sensor{sensors.ToString(CultureInfo.InvariantCulture)}:");
            Line("    kind: sensor");
            Line("    binding: ds18b20");
            Line($"    one_wire: {device}");
        }

        Line();
        foreach (var chip in found?.Chips ?? [])
        {
            Line($"# {chip.Path}: {(chip.Error is { } error ? error : $"{chip.Label}, {chip.Lines} lines")}");
        }

        Line("# gpio:");
        Line("#   door-contact:");
        Line("#     chip: /dev/gpiochip0");
        Line("#     line: 17                  # pin 11 of a Raspberry Pi's header");
        return text.ToString();
    }

    /// <summary>The entry of a sensor whose address answers: the chip where one alone has it, else a person decides.</summary>
    internal static IEnumerable<string> Sensor(string name, string bus, Harness.Hardware.I2c.I2cAddress address) =>
    [
        $"  {name}:",
        "    kind: sensor",
        address.Likely.Count == 1
            ? $"    binding: {address.Likely[0]}"
            : $"    binding: \"?\"                # {(address.Likely.Count == 0 ? "not one of the ready chips: ./harness sensors --all" : string.Join(" or ", address.Likely))}",
        $"    bus: {bus}",
        $"    address: 0x{address.Address:x2}",
    ];

    /// <summary>The entry of a board on an adapter, without its name.</summary>
    internal static IEnumerable<string> Board(string port, string firmware) =>
    [
        "    kind: serial",
        "    driver: tty",
        $"    port: {Quote(port)}",
        "    baud: 115200",
        "    parity: none                # or even, odd",
        "    flow: none                  # flow control: or rts-cts (two more wires), xon-xoff",
        Image(port) is { } image
            ? $"    elf: {Quote($"{firmware}/{image}.elf")}   # what ./harness flash writes"
            : $"    elf: \"?\"                    # what ./harness flash writes, by the board: {Quote(firmware + "/stm32f405.elf")}, or another of that folder",
        "    tick_unit: ticks            # of the board's own counter; ID states its rate",
        "    provenance: hardware",
    ];

    // The board is known where the adapter is part of it.
    private static string? Image(string port) => port.Contains("micro:bit", StringComparison.OrdinalIgnoreCase) || port.Contains("microbit", StringComparison.OrdinalIgnoreCase)
        || port.Contains("BBC_micro", StringComparison.OrdinalIgnoreCase) || port.Contains("mbed_Microcontroller", StringComparison.OrdinalIgnoreCase) ? "microbit" : null;

    // Plain where YAML allows it; everything else in single quotes, where only the quote itself is special.
    private static string Quote(string value) =>
        value.Length > 0 && (char.IsAsciiLetterOrDigit(value[0]) || value[0] is '/' or '.') && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
        && !double.TryParse(value, CultureInfo.InvariantCulture, out _)
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
