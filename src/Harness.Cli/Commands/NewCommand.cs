using Harness.Cli.Commands.New;
using Harness.Cli.Commands.Rigs;

namespace Harness.Cli.Commands;

/// <summary><c>harness new</c>: writes what a lab begins with.</summary>
internal static class NewCommand
{
    public static Command Create() => new("new",
        """
        Writes the beginnings of what a lab adds by itself. What is written passes as it is; nothing is overwritten.

        Examples:
          ./harness new feature my-lab
          ./harness new rig my-bench
          ./harness new board my-board
          ./harness new plugin my-lab
          ./harness new plugin my-lab --out /tmp/my-lab
        """)
    {
        Feature(), Rig(), Board(), Plugin(),
    };

    private static Command Feature() => Kind(
        "feature", "the file to write, new [default: NAME.feature]",
        """
        Writes a feature with one scenario, which passes on every rig with a board and a host.

        Examples:
          ./harness new feature my-lab
          ./harness new feature my-lab --out features-of-mine/my-lab.feature
        """,
        (name, typed) =>
        {
            var file = NewFiles.WriteFile("feature", name, typed, ".feature", _ => FeatureTemplate.Render(name));
            Tell($"wrote {file}: a scenario that passes", $"./harness run {ShellWord.Quote(file)}");
        });

    private static Command Rig() => Kind(
        "rig", "the file to write, new [default: NAME.yaml]",
        """
        Writes a commented rig file with two emulated boards, and how to write a real one. For one with the serial adapters that are plugged in,
        see ./harness rig init.

        Examples:
          ./harness new rig my-bench
          ./harness new rig my-bench --out rigs-of-mine/my-bench.yaml
        """,
        (name, typed) =>
        {
            var file = NewFiles.WriteFile("rig", name, typed, ".yaml", path =>
            {
                var text = RigTemplate.Render(name, [], Path.Combine(ProductPaths.Root, "rigs", "firmware", "build"));
                _ = RigFile.Parse(text, path); // a written rig file must be readable
                return text;
            });
            Tell($"wrote {file}: a host, two emulated boards and two modelled sensors", $"./harness rig show {ShellWord.Quote(file)} && ./harness run --rig {ShellWord.Quote(file)}");
        });

    private static Command Board() => Kind(
        "board", "the folder to write, new or empty [default: NAME]",
        """
        Writes a board port in C: the seven functions that the firmware asks of a board, for a Linux process at first, a Makefile that links them with the
        firmware, a rig and a feature that passes. rigs/firmware/PORTING.md is the way from there to the real board.

        Examples:
          ./harness new board my-board
          ./harness new board my-board --out /tmp/my-board
        """,
        (name, typed) =>
        {
            var folder = NewFiles.WriteFolder("board", name, typed, BoardTemplate.Files(name, Path.Combine(ProductPaths.Root, "rigs", "firmware")));
            Tell(
                $"wrote {folder}: seven functions of a board, a Makefile, a rig and a feature",
                $"make -C {ShellWord.Quote(folder)} && ./harness run --rig {ShellWord.Quote(Path.Combine(folder, "rig.yaml"))} {ShellWord.Quote(Path.Combine(folder, $"{name}.feature"))}");
        });

    private static Command Plugin() => Kind(
        "plugin", "the folder to write, new or empty [default: NAME]",
        """
        Writes a project with a step, a sensor, an attack, a measured operation, features that pass and a rig file that names the built assembly. It is
        built with the .NET SDK against this harness; a harness of another version refuses it until it is built anew.

        Examples:
          ./harness new plugin my-lab
          ./harness new plugin my-lab --out /tmp/my-lab
        """,
        (name, typed) =>
        {
            var folder = NewFiles.WriteFolder("plugin", name, typed, PluginTemplate.Files(name, AppContext.BaseDirectory));
            Tell(
                $"wrote {folder}: a step, a sensor, an attack, a measured operation, features and a rig",
                $"dotnet build {ShellWord.Quote(folder)} && ./harness run --rig {ShellWord.Quote(Path.Combine(folder, "rig.yaml"))} {ShellWord.Quote(Path.Combine(folder, "features"))}");
        });

    private static Command Kind(string kind, string where, string help, Action<string, string?> write)
    {
        var name = new Argument<string>("NAME") { Description = "letters, digits and hyphens, a letter first" };
        var place = new Option<string?>("--out") { Description = where };
        var command = new Command(kind, help) { name, place };
        command.SetAction(parsed =>
        {
            NewFiles.CheckName(kind, parsed.GetValue(name)!);
            write(parsed.GetValue(name)!, parsed.GetValue(place));
            return ExitCodes.Pass;
        });
        return command;
    }

    private static void Tell(string wrote, string next)
    {
        Console.WriteLine(wrote);
        Console.WriteLine($"next: {next}");
    }
}
