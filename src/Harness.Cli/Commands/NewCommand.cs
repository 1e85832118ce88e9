using System.Text.RegularExpressions;
using Harness.Cli.Plugins;

namespace Harness.Cli.Commands;

/// <summary><c>harness new</c>: writes what a lab begins with.</summary>
internal static partial class NewCommand
{
    public static Command Create() => new("new",
        """
        Writes the beginnings of what a lab adds by itself.

        Examples:
          ./harness new plugin my-lab
          ./harness new plugin my-lab --out /tmp/my-lab
        """)
    {
        Plugin(),
    };

    private static Command Plugin()
    {
        var name = new Argument<string>("NAME") { Description = "letters, digits and hyphens, a letter first; the assembly's name" };
        var folder = new Option<string?>("--out") { Description = "the folder to write, new or empty [default: NAME]" };
        var command = new Command("plugin",
            """
            Writes a project with a step, a sensor, an attack, a feature that passes and a rig file that names the built assembly. It is built with the
            .NET SDK against this harness; a harness of another version refuses it until it is built anew.

            Examples:
              ./harness new plugin my-lab
              ./harness new plugin my-lab --out /tmp/my-lab
            """) { name, folder };
        command.SetAction(parsed => Write(parsed.GetValue(name)!, parsed.GetValue(folder)));
        return command;
    }

    private static int Write(string name, string? typed)
    {
        if (!Name().IsMatch(name) || name.StartsWith("harness", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException(
                $"a plugin's name is letters, digits and hyphens, a letter first, at most 40, and does not begin with harness, but is \"{name}\"; next: ./harness new plugin my-lab");
        }

        typed ??= name;
        if (string.IsNullOrWhiteSpace(typed))
        {
            throw new FormatException("--out is empty; next: ./harness new plugin --help");
        }

        var folder = Path.GetFullPath(typed);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new FormatException($"{typed} exists and is not empty; nothing is overwritten; next: ./harness new plugin {name} --out ANOTHER-FOLDER");
        }

        foreach (var (path, text) in PluginTemplate.Files(name, AppContext.BaseDirectory))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var quoted = ShellWord.Quote(typed);
        Console.WriteLine($"wrote {typed}: a step, a sensor, an attack, a feature and a rig");
        Console.WriteLine($"next: dotnet build {quoted} && ./harness run --rig {ShellWord.Quote(Path.Combine(typed, "rig.yaml"))} {ShellWord.Quote(Path.Combine(typed, "features"))}");
        return ExitCodes.Pass;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$(?<=^.{1,40})")]
    private static partial Regex Name();
}
