using Harness.Hardware.Sensors.Bindings;
using Harness.Hardware.Sensors.Chips;

namespace Harness.Cli.Commands.Sensors;

/// <summary>Renders the catalog of sensors as text, JSON and Markdown.</summary>
internal static class SensorTable
{
    /// <summary>Renders the ready chips, then the others that a rig can name.</summary>
    /// <param name="withReasons">True for the devices that cannot be named too.</param>
    public static string Render(bool withReasons)
    {
        var text = new StringBuilder("Ready: checked by identity, checksum and range where the chip has them, with a model (driver: model)\n");
        var width = SensorChip.All.Max(c => c.Name.Length);
        foreach (var binding in BindingCatalog.Fitting.Where(b => b.Chip is not null))
        {
            text.Append($"  {binding.Name.PadRight(width)}  {LineWord(binding.Line),-6}  {binding.Chip!.Title}\n");
        }

        var others = BindingCatalog.Fitting.Where(b => b.Chip is null).ToList();
        width = others.Max(b => b.Name.Length);
        text.Append($"\nFurther devices of Iot.Device.Bindings, read as the package gives them ({others.Count})\n");
        foreach (var binding in others)
        {
            text.Append($"  {binding.Name.PadRight(width)}  {LineWord(binding.Line),-6}  {Quantities(binding)}\n");
        }

        if (withReasons)
        {
            var refused = BindingCatalog.All.Where(b => !b.Fits).ToList();
            width = refused.Max(b => b.Name.Length);
            text.Append($"\nNot to be named ({refused.Count})\n");
            foreach (var binding in refused)
            {
                text.Append($"  {binding.Name.PadRight(width)}  {binding.Reason}\n");
            }
        }

        return text.Append("\none with example and wiring: ./harness sensors sht3x").ToString();
    }

    /// <summary>Describes one device: entry in a rig file, wiring, settings, quantities.</summary>
    public static string Describe(Binding binding)
    {
        var text = new StringBuilder($"{binding.Name}: {binding.Chip?.Title ?? binding.Type.FullName}\n\nIn a rig file:\n\n{Example(binding)}");
        if (binding.Chip is { } chip)
        {
            text.Append("\nWithout the chip: driver: model, and no key of its line.\n\nWiring to a Raspberry Pi:\n\n");
            var width = chip.Wiring.Max(w => w.Pin.Length);
            foreach (var (pin, to) in chip.Wiring)
            {
                text.Append($"  {pin.PadRight(width)}  {to}\n");
            }

            text.Append("\nReads:\n\n");
            foreach (var range in chip.Ranges)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {range.Quantity}, {range.Least:0.####} to {range.Most:0.####} {range.Unit}\n");
            }
        }
        else
        {
            text.Append($"\nReads: {Quantities(binding)}\nIt is read as the package gives it: no identity, checksum or range is checked, and it has no model.\n");
        }

        if (binding.Settings.Count > 0)
        {
            text.Append("\nSettings:\n\n");
            foreach (var setting in binding.Settings)
            {
                text.Append($"  {setting.Name}: {setting.Kind}; {(setting.Default is { } usual ? $"{usual} where left out" : "needed")}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Writes an entry that a rig file takes as it stands, below <c>sensors:</c>.</summary>
    public static string Example(Binding binding)
    {
        var text = new StringBuilder($"sensors:\n  my-sensor:\n    kind: sensor\n    binding: {binding.Name}\n");
        text.Append(binding.Line switch
        {
            SensorLine.I2c => $"    bus: /dev/i2c-1\n    address: 0x{binding.Chip?.Addresses[0] ?? 0x40:x2}{Choice(binding)}\n",
            SensorLine.Spi => "    spi: /dev/spidev0.0\n",
            SensorLine.OneWire => "    one_wire: 28-000005e2fdc3    # ls /sys/bus/w1/devices\n",
            SensorLine.Pwm => "    pwm: pwmchip0/pwm0\n",
            _ => $"    pins: {{{string.Join(", ", binding.Pins.Select((pin, i) => $"{pin}: line-{i + 1}"))}}}\n",
        });
        var needed = binding.Settings.Where(s => s.Default is null).ToList();
        if (needed.Count > 0)
        {
            text.Append("    settings:\n");
            foreach (var setting in needed)
            {
                text.Append($"      {setting.Name}: {Value(setting)}\n");
            }
        }

        if (binding.Line == SensorLine.Gpio)
        {
            text.Append("gpio:\n");
            for (var i = 0; i < binding.Pins.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"  line-{i + 1}: {{chip: /dev/gpiochip0, line: {17 + i}}}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Converts a device to an object for serialisation.</summary>
    public static object Json(Binding binding) => new
    {
        name = binding.Name, type = binding.Type.FullName, fits = binding.Fits, reason = binding.Reason, ready = binding.Chip is not null, title = binding.Chip?.Title,
        line = binding.Fits ? LineWord(binding.Line) : null, addresses = binding.Chip?.Addresses, pins = binding.Pins,
        quantities = binding.Quantities.Select(q => new { name = q.Name, unit = q.Unit }),
        settings = binding.Settings.Select(s => new { name = s.Name, kind = s.Kind, usual = s.Default }),
        example = binding.Fits ? Example(binding) : null,
        wiring = binding.Chip?.Wiring.Select(w => new { pin = w.Pin, to = w.To }),
    };

    /// <summary>Renders the table of every device, which stands beside the drivers.</summary>
    public static string Markdown()
    {
        var package = typeof(Iot.Device.Bmxx80.Bme280).Assembly.GetName();
        var text = new StringBuilder($"""
            # Sensors that a rig can name

            Written by `./harness sensors --markdown` from Iot.Device.Bindings {package.Version!.ToString(3)}, and the harness's own driver of the INA260; a test holds it to the package. A device fits where it stands on one kind of line that a rig
            names and gives quantities of UnitsNet, or telemetry (`System.Device.Model`) that is a number, a yes or no, or a vector. `ready` ones are checked by chip id, checksum
            and range where the chip has them, and have a model on which the tests read them through the package's own code; the others are read as the package gives them, and
            have run on no model. The unit of a vector or a plain number is the package's own and stands in its documentation.

            ## {BindingCatalog.Fitting.Count()} fit

            | binding | line | reads | needs beside the line | ready |
            |---|---|---|---|---|

            """);
        foreach (var binding in BindingCatalog.Fitting)
        {
            text.Append($"| `{binding.Name}` | {LineWord(binding.Line)} | {Quantities(binding)} | {Needs(binding)} | {(binding.Chip is null ? "" : "ready")} |\n");
        }

        var refused = BindingCatalog.All.Where(b => !b.Fits).ToList();
        text.Append($"\n## {refused.Count} do not\n\n| class | reason |\n|---|---|\n");
        foreach (var binding in refused)
        {
            text.Append($"| {binding.Type.FullName} | {binding.Reason} |\n");
        }

        return text.ToString();
    }

    private static string Choice(Binding binding) => binding.Chip is { Addresses.Count: > 1 and <= 4 } chip
        ? $"    # or {string.Join(", ", chip.Addresses.Skip(1).Select(a => $"0x{a:x2}"))}" : binding.Chip is null ? "    # of the chip's data sheet" : "";

    private static string Needs(Binding binding) => string.Join(
        "; ", binding.Pins.Select(p => $"pin {p}").Concat(binding.Settings.Where(s => s.Default is null).Select(s => $"{s.Name}: {(s.Kind.Length > 60 ? s.Kind[..57] + "..." : s.Kind)}")));

    private static string Value(BindingSetting setting) =>
        setting.Kind.StartsWith("one of ", StringComparison.Ordinal) ? setting.Kind[7..].Split(',')[0]
        : setting.Kind.StartsWith("a quantity", StringComparison.Ordinal) ? setting.Kind[(setting.Kind.LastIndexOf(" as ", StringComparison.Ordinal) + 4)..]
        : setting.Kind.StartsWith("true", StringComparison.Ordinal) ? "true" : "1";

    private static string Quantities(Binding binding) =>
        string.Join(", ", binding.Quantities.Select(q => q.Unit.Length == 0 ? q.Name : $"{q.Name} in {q.Unit}"));

    private static string LineWord(SensorLine line) => line switch
    {
        SensorLine.I2c => "I2C",
        SensorLine.Spi => "SPI",
        SensorLine.OneWire => "1-wire",
        SensorLine.Pwm => "PWM",
        _ => "GPIO",
    };
}
