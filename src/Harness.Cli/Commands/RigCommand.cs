using Harness.Cli.Commands.Rigs;

namespace Harness.Cli.Commands;

/// <summary><c>harness rig</c>: shows a rig file, and writes a first one for a new bench.</summary>
internal static class RigCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create() => new("rig",
        """
        What stands on the bench.

        Examples:
          ./harness rig show
          ./harness rig show rigs/pi-bench.yaml
          ./harness rig draw rigs/pi-bench.yaml --out pi-bench.svg
          ./harness rig init my-bench.yaml
        """)
    {
        Show(), RigDraw.Create(), Init(),
    };

    private static Command Show()
    {
        var path = new Argument<string?>("RIG") { Description = "the rig file [default: rigs/sim.yaml]", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("show",
            """
            Prints a rig as the harness reads it: devices with role, driver and image, sensors, lines, broker. Opens nothing.

            Examples:
              ./harness rig show
              ./harness rig show rigs/pi-bench.yaml --json
            """) { path, json };
        command.SetAction(parsed =>
        {
            var rig = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(path) ?? ProductPaths.DefaultRig));
            var drivers = BuiltDrivers.Create();
            if (rig.Plugins.Count == 0)
            {
                drivers.Check(rig); // plugins, which may declare more, are not loaded to show a rig
            }

            var broker = rig.Plugins.Count == 0 ? drivers.BrokerDriver(rig) : null;
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(RigTable.Json(rig, broker), Indented) : RigTable.Render(rig, broker));
            return ExitCodes.Pass;
        });
        return command;
    }

    private static Command Init()
    {
        var path = new Argument<string>("FILE") { Description = "the rig file to write", DefaultValueFactory = _ => "my-bench.yaml" };
        var command = new Command("init",
            """
            Writes a commented rig file of what is there: serial adapters below /dev/serial/by-id, addresses that answer on I2C buses with their likely chips, 1-wire
            thermometers, GPIO chips. "?" stands where a person must decide; until then the rig does not load, and the error names the line.
            Run again on a file, it adds what is new at the end of its section. What the file names, also in a comment, is not touched: no edit is overwritten.

            Examples:
              ./harness rig init
              ./harness rig init rigs/lab-3.yaml
            """) { path };
        command.SetAction(parsed => Write(parsed.GetValue(path)!));
        return command;
    }

    private static int Write(string typed)
    {
        var path = Path.GetFullPath(typed);
        var folder = Path.GetDirectoryName(path)!;
        var firmware = Path.Combine(ProductPaths.Root, "rigs", "firmware", "build");
        var relative = Path.GetRelativePath(folder, firmware);
        var images = relative.StartsWith("../..", StringComparison.Ordinal) ? firmware : relative;
        var found = BenchSurvey.Take();
        if (File.Exists(path))
        {
            return Merge(typed, path, found, images);
        }

        var text = RigTemplate.Render(Path.GetFileNameWithoutExtension(path), found.Adapters, images, found);
        Readable(text, path);
        try
        {
            Directory.CreateDirectory(folder);
            WriteNew(path, System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"harness: {typed}: cannot be written: {e.Message}; next: ls -ld {ShellWord.Quote(folder)}");
            return ExitCodes.Usage;
        }

        var sensors = found.I2c.Count + found.OneWire.Count;
        Console.WriteLine((found.Adapters.Count == 0
            ? $"wrote {typed}: no serial adapter found below {RigTemplate.AdapterFolder}, so its boards are emulated"
            : $"wrote {typed}: {found.Adapters.Count} serial adapter{(found.Adapters.Count == 1 ? "" : "s")} found") + (sensors == 0 ? "" : $", {sensors} sensor{(sensors == 1 ? "" : "s")} found"));
        return Next(typed, text);
    }

    private static int Merge(string typed, string path, BenchSurvey found, string images)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var before = StrictUtf8.Decode(bytes);
            var (text, added) = RigMerge.Into(before, found, images);
            foreach (var gone in RigMerge.Gone(before, found))
            {
                Console.WriteLine($"not plugged in, left as it is: {ForeignText.Name(gone)}");
            }

            if (added.Count == 0)
            {
                Console.WriteLine($"{typed} names everything that is here; nothing changed");
                return Next(typed, before);
            }

            Readable(text, path);
            Replace(path, Encode(text, bytes));
            foreach (var line in added)
            {
                Console.WriteLine($"added {line}");
            }

            return Next(typed, text);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine($"harness: {typed}: {e.Message}");
            return ExitCodes.Usage;
        }
        catch (NotUtf8Exception e)
        {
            Console.Error.WriteLine($"harness: {typed}: {e.Message}; next: {NotUtf8Exception.NextCommand(path)}");
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"harness: {typed}: cannot be merged: {e.Message}; next: ls -l {ShellWord.Quote(path)}");
            return ExitCodes.Usage;
        }
    }

    // What stands for a decision is left out of the check; everything else must be readable.
    private static void Readable(string text, string path) => _ = RigFile.Parse(RigMerge.Decided(text), path);

    private static int Next(string typed, string text)
    {
        var open = text.Split('\n').Count(line => line.Contains(": \"?\"", StringComparison.Ordinal) && !line.TrimStart().StartsWith('#'));
        Console.WriteLine(open == 0
            ? $"next: ./harness doctor --rig {ShellWord.Quote(typed)}"
            : $"{open} \"?\" to decide; next: grep -n '\"?\"' {ShellWord.Quote(typed)}");
        return ExitCodes.Pass;
    }

    // As the file was before, with its mark where it had one: an editor on Windows may have written UTF-16.
    internal static byte[] Encode(string text, byte[] before)
    {
        System.Text.Encoding encoding = before switch
        {
            [0xff, 0xfe, ..] => System.Text.Encoding.Unicode,
            [0xfe, 0xff, ..] => System.Text.Encoding.BigEndianUnicode,
            _ => new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: before is [0xef, 0xbb, 0xbf, ..]),
        };
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }

    // Beside it and moved over it: a full disk leaves the file that people edited. A link stays a link.
    private static void Replace(string path, byte[] text)
    {
        var target = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        var beside = $"{target}.{Environment.ProcessId}";
        try
        {
            WriteNew(beside, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    // Written in full or not at all: half a rig file on a full disk would keep the next try from writing.
    private static void WriteNew(string path, byte[] text)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        try
        {
            file.Write(text);
            file.Flush();
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }
}
