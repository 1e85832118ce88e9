using Harness.Reporting.Html;

namespace Harness.Cli.Commands.Rigs;

/// <summary><c>harness rig draw</c>: the wiring of a rig file as a drawing and as a table.</summary>
internal static partial class RigDraw
{
    // Physical pins of the 40-pin header by the line of its GPIO chip (BCM number), Raspberry Pi documentation, "GPIO and the 40-pin header".
    private static readonly Dictionary<int, int> Header = new()
    {
        [2] = 3, [3] = 5, [4] = 7, [14] = 8, [15] = 10, [17] = 11, [18] = 12, [27] = 13, [22] = 15, [23] = 16, [24] = 18, [10] = 19, [9] = 21, [25] = 22, [11] = 23, [8] = 24,
        [7] = 26, [5] = 29, [6] = 31, [12] = 32, [13] = 33, [19] = 35, [16] = 36, [26] = 37, [20] = 38, [21] = 40,
    };

    public static Command Create()
    {
        var path = new Argument<string?>("RIG") { Description = "the rig file [default: rigs/sim.yaml]", Arity = ArgumentArity.ZeroOrOne };
        var table = new Option<bool>("--table") { Description = "the same as a table in Markdown" };
        var file = new Option<string?>("--out") { Description = "the file to write; one that is there is replaced [default: stdout]" };
        var command = new Command("draw",
            """
            Draws what a rig file says is wired to what, as an SVG file; lines of a Raspberry Pi carry the number of their header pin. Opens nothing.

            Examples:
              ./harness rig draw rigs/pi-bench.yaml --out pi-bench.svg
              ./harness rig draw rigs/pi-bench.yaml --table
            """) { path, table, file };
        command.SetAction(parsed =>
        {
            var rig = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(path) ?? ProductPaths.DefaultRig));
            var parts = RigWiring.Of(rig).Select(WithPins).ToList();
            return Write(parsed.GetValue(table) ? Table(parts) : RigSvg.Render(rig.Name, parts), parsed.GetValue(file));
        });
        return command;
    }

    private static int Write(string text, string? path)
    {
        if (path is null)
        {
            Console.Out.Write(text);
            return ExitCodes.Pass;
        }

        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"harness: {ForeignText.Name(path)} cannot be written: {ForeignText.Name(e.Message)}; next: ls -ld {ShellWord.Quote(Path.GetDirectoryName(Path.GetFullPath(path))!)}");
            return ExitCodes.Usage;
        }

        Console.WriteLine($"wrote {ForeignText.Name(path)}");
        return ExitCodes.Pass;
    }

    // The header is that of the Pi's first chip and first bus; another machine's lines have no such number.
    private static WiredPart WithPins(WiredPart part) => part with
    {
        By = FirstChip().Match(part.By) is { Success: true } line && Header.TryGetValue(int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture), out var pin)
            ? $"{part.By} (pin {pin.ToString(CultureInfo.InvariantCulture)})"
            : part.By.StartsWith("I2C /dev/i2c-1,", StringComparison.Ordinal) ? $"{part.By} (pins 3, 5)" : part.By,
    };

    private static string Table(List<WiredPart> parts) => "| part | what it is | wired to | by |\n|---|---|---|---|\n"
        + string.Concat(parts.Select(p => $"| {ForeignText.Name(p.Name)} | {ForeignText.Name(p.Detail)} | {(p.To.Length > 0 ? ForeignText.Name(p.To) : "this machine")} | {ForeignText.Name(p.By)} |\n"));

    [GeneratedRegex(@"^GPIO /dev/gpiochip0, line (\d+)$")]
    private static partial Regex FirstChip();
}
