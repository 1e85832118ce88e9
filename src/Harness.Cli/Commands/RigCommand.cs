using System.Text.Json;
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
            if (rig.Plugins.Count == 0)
            {
                BuiltDrivers.Create().Check(rig); // plugins, which may declare more, are not loaded to show a rig
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(RigTable.Json(rig), Indented) : RigTable.Render(rig));
            return ExitCodes.Pass;
        });
        return command;
    }

    private static Command Init()
    {
        var path = new Argument<string>("FILE") { Description = "the rig file to write", DefaultValueFactory = _ => "my-bench.yaml" };
        var command = new Command("init",
            """
            Writes a commented rig file with the serial adapters found below /dev/serial/by-id. An existing file is never overwritten.

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
        var adapters = RigTemplate.Adapters();
        var text = RigTemplate.Render(
            Path.GetFileNameWithoutExtension(path), adapters, relative.StartsWith("../..", StringComparison.Ordinal) ? firmware : relative);
        _ = RigFile.Parse(text, path); // a written rig file must be readable
        try
        {
            Directory.CreateDirectory(folder);
            WriteNew(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(Path.Exists(path)
                ? $"harness: {typed} exists and is not overwritten; next: ./harness rig show {ShellWord.Quote(typed)}, or ./harness rig init another-name.yaml"
                : $"harness: {typed}: cannot be written: {e.Message}; next: ls -ld {ShellWord.Quote(folder)}");
            return ExitCodes.Usage;
        }

        Console.WriteLine(adapters.Count == 0
            ? $"wrote {typed}: no serial adapter found below {RigTemplate.AdapterFolder}, so its boards are emulated"
            : $"wrote {typed}: {adapters.Count} serial adapter{(adapters.Count == 1 ? "" : "s")} found");
        Console.WriteLine($"next: ./harness doctor --rig {ShellWord.Quote(typed)}");
        return ExitCodes.Pass;
    }

    // Written in full or not at all: half a rig file on a full disk would keep the next try from writing.
    private static void WriteNew(string path, string text)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        try
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush();
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }
}
