using Harness.Cli.Commands.Sensors;
using Harness.Hardware.Sensors.Bindings;

namespace Harness.Cli.Commands;

/// <summary><c>harness sensors</c>: lists the devices of Iot.Device.Bindings that a rig can name, one with example and wiring.</summary>
internal static class SensorsCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "one device: its entry in a rig file, wiring, settings, ranges", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "JSON on stdout: an array, or one object with NAME" };
        var all = new Option<bool>("--all") { Description = "also the devices that cannot be named, each with the reason" };
        var markdown = new Option<bool>("--markdown") { Description = "the table of every device as a document" };
        var command = new Command("sensors",
            """
            Lists the sensors that a rig can name by kind: sensor and binding: NAME. Ready ones are checked by chip id, checksum and range, and have
            a model (driver: model); the others are read as the package gives them.

            Exit status: 0; 2 where NAME is unknown or cannot be named in a rig.

            Examples:
              ./harness sensors
              ./harness sensors sht3x
              ./harness sensors --all
              ./harness sensors --json
            """) { name, json, all, markdown };
        command.Validators.Add(result =>
        {
            if (result.GetValue(markdown) && (result.GetValue(json) || result.GetValue(name) is not null))
            {
                result.AddError("--markdown is the table of every device: it goes with neither NAME nor --json");
            }
        });
        command.SetAction(parsed => parsed.GetValue(markdown) ? Print(SensorTable.Markdown())
            : parsed.GetValue(name) is { } typed ? One(typed, parsed.GetValue(json))
            : parsed.GetValue(json) ? Print(JsonSerializer.Serialize(BindingCatalog.All.Where(b => b.Fits || parsed.GetValue(all)).Select(SensorTable.Json), Indented))
            : Print(SensorTable.Render(parsed.GetValue(all))));
        return command;
    }

    private static int One(string typed, bool json)
    {
        if (BindingCatalog.ByName(typed) is not { } binding)
        {
            var near = NearestWord.Hint(typed, BindingCatalog.All.Select(b => b.Name));
            Console.Error.WriteLine($"harness: no device {ForeignText.Quote(typed)} in Iot.Device.Bindings{near}; next: ./harness sensors --all");
            return ExitCodes.Usage;
        }

        if (!binding.Fits && !json)
        {
            Console.Error.WriteLine($"harness: {binding.Type.FullName} cannot be named in a rig: it {binding.Reason}; next: ./harness sensors");
            return ExitCodes.Usage;
        }

        return Print(json ? JsonSerializer.Serialize(SensorTable.Json(binding), Indented) : SensorTable.Describe(binding));
    }

    private static int Print(string text)
    {
        Console.WriteLine(text.TrimEnd());
        return ExitCodes.Pass;
    }
}
