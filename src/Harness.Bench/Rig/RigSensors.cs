using Harness.Hardware.Spi;

namespace Harness.Bench.Rig;

/// <summary>Reads the section <c>sensors:</c> of a rig file.</summary>
internal static class RigSensors
{
    // The keys that say where a binding stands; each kind of line has its own.
    private static readonly Dictionary<SensorLine, (string Driver, string[] Keys)> _s_lines = new()
    {
        [SensorLine.I2c] = ("i2c", ["bus", "address"]),
        [SensorLine.Spi] = ("spi", ["spi"]),
        [SensorLine.OneWire] = ("one-wire", ["one_wire", "bus"]),
        [SensorLine.Gpio] = ("gpio", ["pins"]),
        [SensorLine.Pwm] = ("pwm", ["pwm"]),
    };

    /// <summary>The drivers of bindings, which a lab's own sensor may not be called by.</summary>
    public static IReadOnlyList<string> BuiltInDrivers { get; } = ["model", .. _s_lines.Values.Select(line => line.Driver)];

    private static readonly string[] _s_places = ["bus", "address", "spi", "one_wire", "pins", "pwm"];

    public static SensorEntry Read(string name, RigSection s, IReadOnlyDictionary<string, GpioEntry> gpio, bool hasPlugins)
    {
        s.Allow("kind", "driver", "binding", "bus", "address", "gpio", "spi", "one_wire", "pins", "pwm", "settings");
        var kind = s.Choice("kind", ["bme280", "digital-input", "climate", "sensor"]);
        if (kind == "sensor")
        {
            return hasPlugins && s.OptionalText("binding") is null && s.OptionalText("driver") is { } own && !BuiltInDrivers.Contains(own)
                ? Own(name, s, own) : OfBinding(name, s, gpio);
        }

        s.Forbid($"kind {kind}", "binding", "spi", "one_wire", "pins", "pwm", "settings");

        // Two names of one driver each: the second is the package's, from when there was another driver beside it.
        var driver = s.Driver("driver", kind switch
        {
            "bme280" => ["model", .. BenchDrivers.BuiltIn.ClimateSensors, "iot-bindings"],
            "climate" => [.. BenchDrivers.BuiltIn.ClimateSensors],
            _ => ["model", .. BenchDrivers.BuiltIn.DigitalInputs, "device-gpio"],
        }, hasPlugins) switch
        {
            "iot-bindings" => "i2c",
            "device-gpio" => "gpio",
            var word => word,
        };
        var isClimate = kind != "digital-input";
        var (onBus, onLine) = (isClimate && driver != "model", !isClimate && driver != "model");
        if (!onBus)
        {
            s.Forbid($"driver {driver}", "bus", "address");
        }

        if (!onLine)
        {
            s.Forbid($"driver {driver}", "gpio");
        }
        else
        {
            _ = Line(name, s, s.Text("gpio"), gpio, "gpio");
        }

        return new SensorEntry
        {
            Name = name,
            Kind = kind,
            Driver = driver,
            Bus = !onBus ? null : BenchDrivers.BuiltIn.ClimateSensors.Contains(driver) ? s.Text("bus") : s.OptionalText("bus"),
            Address = kind == "climate" ? s.Number("address", 0x08, 0x77, 0x76) : s.Number("address", 0x76, 0x77, 0x76),
            Gpio = s.OptionalText("gpio"),
        };
    }

    /// <summary>Refuses a board whose supply names no meter.</summary>
    public static void CheckSupplies(RigSection root, IReadOnlyDictionary<string, DeviceEntry> devices, IReadOnlyDictionary<string, SensorEntry> sensors)
    {
        var meters = sensors.Values.Where(s => s.Binding?.Name is "ina219" or "ina260").Select(s => s.Name).ToList();
        foreach (var device in devices.Values.Where(d => d.Supply is not null && !meters.Contains(d.Supply)))
        {
            var section = root.Section("devices", "devices")!.Section(device.Name, $"devices \"{device.Name}\"")!;
            throw section.At("supply", $"supply of {section.Description} must be a sensor that is an INA219 or INA260, but is \"{device.Supply}\"{NearestWord.Hint(device.Supply!, meters)}");
        }
    }

    // What its driver needs is its own affair: bus and address as they stand, settings as text.
    private static SensorEntry Own(string name, RigSection s, string driver)
    {
        s.Forbid($"driver {driver}", "gpio", "spi", "one_wire", "pins", "pwm");
        var section = s.Section("settings", $"settings of {s.Description}");
        return new SensorEntry
        {
            Name = name, Kind = "sensor", Driver = s.Driver("driver", [], isOpen: true), Bus = s.OptionalText("bus"), Address = s.Number("address", 0, 0x77, 0),
            Settings = (section?.Entries() ?? []).ToDictionary(entry => entry.Key, entry => section!.Text(entry.Key)),
        };
    }

    private static SensorEntry OfBinding(string name, RigSection s, IReadOnlyDictionary<string, GpioEntry> gpio)
    {
        s.Forbid("kind sensor", "gpio");
        var word = s.Text("binding");
        var binding = BindingCatalog.ByName(word)
            ?? throw s.At("binding", $"binding of {s.Description} must be a device of Iot.Device.Bindings (./harness sensors), but is \"{word}\"{NearestWord.Hint(word, BindingCatalog.Fitting.Select(b => b.Name))}");
        if (!binding.Fits)
        {
            throw s.At("binding", $"the binding {binding.Name} of {s.Description} cannot be read: it {binding.Reason}");
        }

        var (driver, keys) = _s_lines[binding.Line];
        var isModel = s.Choice("driver", binding.Chip is null ? [driver] : [driver, "model"], driver) == "model";
        s.Forbid(isModel ? "driver model" : $"a binding on {driver}", [.. _s_places.Except(isModel ? [] : keys)]);
        return new SensorEntry
        {
            Name = name,
            Kind = "sensor",
            Driver = isModel ? "model" : driver,
            Binding = binding,
            Bus = !isModel && binding.Line == SensorLine.I2c ? s.Text("bus") : null,
            Address = isModel || binding.Line != SensorLine.I2c ? 0 : s.Number("address", 0x08, 0x77, binding.Chip?.Addresses[0]),
            Spi = isModel || binding.Line != SensorLine.Spi ? null : Node(s, "spi", SpiBusDevice.IsNode, "a node like /dev/spidev0.0"),
            OneWire = isModel || binding.Line != SensorLine.OneWire ? null : Node(s, "one_wire", t => !t.Contains('/'), "a device's name like 28-000005e2fdc3"),
            OneWireBus = !isModel && binding.Line == SensorLine.OneWire ? s.OptionalText("bus") ?? "w1_bus_master1" : null,
            Pwm = isModel || binding.Line != SensorLine.Pwm ? null : Node(s, "pwm", PwmName.IsOne, "a channel like pwmchip0/pwm1"),
            Pins = isModel || binding.Line != SensorLine.Gpio ? new Dictionary<string, string>() : Pins(name, s, binding, gpio),
            Settings = Settings(s, binding),
        };
    }

    private static string Node(RigSection s, string key, Func<string, bool> isOne, string form) =>
        isOne(s.Text(key)) ? s.Text(key) : throw s.At(key, $"{key} of {s.Description} must be {form}, but is \"{s.Text(key)}\"");

    private static Dictionary<string, string> Pins(string name, RigSection s, Binding binding, IReadOnlyDictionary<string, GpioEntry> gpio)
    {
        var section = (s.Section("pins", $"pins of {s.Description}") ?? throw s.At("pins", $"{s.Description} lacks the key \"pins\"")).Allow([.. binding.Pins]);
        return binding.Pins.ToDictionary(pin => pin, pin => Line(name, section, section.Text(pin), gpio, pin));
    }

    private static string Line(string name, RigSection s, string line, IReadOnlyDictionary<string, GpioEntry> gpio, string key) => gpio.ContainsKey(line)
        ? line
        : throw s.At(key, $"sensor \"{name}\" names the unknown gpio line \"{line}\"{NearestWord.Hint(line, gpio.Keys)}");

    private static Dictionary<string, string> Settings(RigSection s, Binding binding)
    {
        var section = s.Section("settings", $"settings of {s.Description}")?.Allow([.. binding.Settings.Select(setting => setting.Name)]);
        var settings = (section?.Entries() ?? []).ToDictionary(entry => entry.Key, entry => section!.Text(entry.Key));
        foreach (var (key, text) in settings)
        {
            if (binding.Refuses(key, text) is { } problem)
            {
                throw section!.At(key, $"{key} of {section.Description} must be {problem}, but is \"{text}\"");
            }
        }

        foreach (var needed in binding.Settings.Where(setting => setting.Default is null && !settings.ContainsKey(setting.Name)))
        {
            throw s.At("settings", $"{s.Description} lacks the setting \"{needed.Name}\": {needed.Kind}");
        }

        return settings;
    }
}
