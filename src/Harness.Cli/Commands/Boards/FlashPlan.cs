using System.Buffers.Binary;

namespace Harness.Cli.Commands.Boards;

/// <summary>The user's choices for flashing; null selects a suitable value.</summary>
/// <param name="Tool"><c>openocd</c>, <c>st-flash</c>, <c>avrdude</c> or <c>esptool</c>.</param>
/// <param name="Programmer">OpenOCD interface or avrdude programmer, for example <c>stlink</c>, <c>cmsis-dap</c>, <c>arduino</c>.</param>
/// <param name="Part">OpenOCD target or avrdude part, for example <c>stm32f4x</c>, <c>nrf51</c>, <c>m1284p</c>.</param>
public sealed record FlashChoice(string? Tool = null, string? Programmer = null, string? Part = null);

/// <summary>Thrown for a board that cannot be flashed as requested; the message ends with the next command.</summary>
public sealed class FlashException(string message) : Exception(message);

/// <summary>The command lines that write an image to a real board.</summary>
/// <param name="Tool">The program that writes to the board.</param>
/// <param name="Package">The Debian package that contains the program.</param>
/// <param name="Lines">Programs with their arguments, in order.</param>
public sealed record FlashPlan(string Tool, string Package, IReadOnlyList<IReadOnlyList<string>> Lines)
{
    private const int ArmMachine = 40; // EM_ARM and EM_AVR of the ELF specification
    private const int AvrMachine = 83;
    private const int XtensaMachine = 94; // EM_XTENSA: ESP32
    private static readonly string[] Tools = ["openocd", "st-flash", "avrdude", "esptool"];

    // Targets by names of images: OpenOCD target and interface, or avrdude part and programmer.
    private static readonly (string Name, string Part, string Programmer)[] KnownBoards =
    [
        ("stm32f405", "stm32f4x", "stlink"), ("microbit", "nrf51", "cmsis-dap"), ("nrf51", "nrf51", "cmsis-dap"),
        ("atmega328p", "m328p", "arduino"), ("atmega1284p", "m1284p", "arduino"), ("atmega2560", "m2560", "wiring"),
        ("esp32", "esp32", ""), ("avr1284", "m1284p", "arduino"), ("avr", "m328p", "arduino"), // the images of rigs/firmware; the longer name first
    ];

    /// <summary>The look at the chip and the probe before anything is written.</summary>
    public required FlashCheck Check { get; init; }

    /// <summary>Creates the plan.</summary>
    /// <param name="device">The board; its driver is <c>tty</c>.</param>
    /// <param name="image">The image to write.</param>
    /// <param name="machine">The ELF machine of the image.</param>
    /// <param name="choice">The user's choices.</param>
    /// <param name="find">Finds the full path of a program in PATH; null if it is missing.</param>
    /// <param name="folderFor">Gets the folder for the raw binary of an image, where a tool needs one; null for the image's own.</param>
    /// <exception cref="FlashException">The choice does not fit the board, or the target is unknown.</exception>
    public static FlashPlan For(DeviceEntry device, string image, int machine, FlashChoice choice, Func<string, string?> find, Func<string, string>? folderFor = null)
    {
        if (choice.Tool is { } asked && !Tools.Contains(asked))
        {
            throw new FlashException($"--tool {asked}: expected {string.Join(", ", Tools)}; next: ./harness flash --help");
        }

        var known = KnownBoards.FirstOrDefault(b => Path.GetFileName(image).Contains(b.Name, StringComparison.OrdinalIgnoreCase));
        var tool = choice.Tool ?? machine switch
        {
            AvrMachine => "avrdude",
            XtensaMachine => "esptool",
            ArmMachine when find("openocd") is null && find("st-flash") is not null && known.Part is null or "stm32f4x" => "st-flash",
            ArmMachine => "openocd",
            _ => throw new FlashException($"{ProductPaths.Display(image)} is for ELF machine {machine}; expected ARM (40), AVR (83) or Xtensa (94); next: readelf -h {ShellWord.Quote(image)}"),
        };
        if ((tool == "avrdude") != (machine == AvrMachine) || (tool == "esptool") != (machine == XtensaMachine))
        {
            throw new FlashException($"--tool {tool} does not write {machine switch { AvrMachine => "AVR", XtensaMachine => "ESP32", _ => "ARM" }} images; next: ./harness flash {ShellWord.Quote(device.Name)} --dry-run");
        }

        var part = choice.Part ?? known.Part;
        if (part is null && tool != "st-flash")
        {
            throw new FlashException(
                $"{ProductPaths.Display(image)}: its name says no target that is known ({string.Join(", ", KnownBoards.Select(b => b.Name))}); "
                + $"next: ./harness flash {ShellWord.Quote(device.Name)} --part {(machine == AvrMachine ? "m1284p" : "stm32f4x")}");
        }

        var programmer = choice.Programmer ?? known.Programmer ?? (machine == AvrMachine ? "arduino" : "stlink");
        var binary = tool is "esptool" or "st-flash" && folderFor is not null
            ? Path.Combine(folderFor(image), Path.GetFileNameWithoutExtension(image) + ".bin") : Path.ChangeExtension(image, ".bin");
        var check = FlashCheck.For(tool, device, part, programmer);
        string[] probe = device.Probe is { } serial ? ["--serial", serial] : [];
        return tool switch
        {
            "avrdude" => new FlashPlan(tool, "avrdude",
                [["avrdude", "-p", part!, "-c", programmer, "-P", device.Port!, "-D", "-U", $"flash:w:{image}:e"]]) { Check = check },
            "esptool" => new FlashPlan(tool, "esptool",
            [
                ["esptool", "--chip", part!, "elf2image", "--output", binary, image],
                ["esptool", "--chip", part!, "--port", device.Port!, "write_flash", "0x10000", binary],
            ]) { Check = check },
            "st-flash" => new FlashPlan(tool, "stlink-tools",
            [
                ["arm-none-eabi-objcopy", "-O", "binary", image, binary],
                ["st-flash", .. probe, "--reset", "write", binary, "0x08000000"],
            ]) { Check = check },
            _ => new FlashPlan(tool, "openocd",
                [["openocd", .. FlashCheck.OpenOcd(device, programmer, part!), "-c", $"program {{{image}}} verify reset exit"]]) { Check = check },
        };
    }

    /// <summary>Reads the machine (e_machine) of an ELF image.</summary>
    /// <exception cref="FlashException">The image is missing or no ELF image.</exception>
    public static int MachineOf(string image)
    {
        var make = $"make -C {ShellWord.Quote(ProductPaths.Display(Path.Combine(ProductPaths.Root, "rigs", "firmware")))}";
        try
        {
            using var file = File.OpenRead(image);
            var head = new byte[20];
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            {
                throw new FlashException($"{ProductPaths.Display(image)} is no ELF image; next: {make}");
            }

            return BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(18)); // both targets are little-endian
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FlashException($"the image {ProductPaths.Display(image)} cannot be read: {(e is FileNotFoundException or DirectoryNotFoundException ? "not built" : e.Message)}; next: {make}");
        }
    }

    /// <summary>Formats a command line for a shell.</summary>
    public static string Shell(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+' or ':' or ',' or '@' or '%' or '=')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
