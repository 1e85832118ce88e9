namespace Harness.Bench.Rig;

/// <summary>
/// Refuses a rig in which two entries mean one thing that only one can have: a serial port, a line of a GPIO chip, a trigger, a sensor's line, bus
/// address or channel, a ClientId. Two names of one node (a link below /dev/serial/by-id and the node itself) are one port.
/// </summary>
internal static class SharedLines
{
    public static void Refuse(
        RigSection root, string path, IReadOnlyDictionary<string, DeviceEntry> devices, IReadOnlyDictionary<string, GpioEntry> gpio,
        IReadOnlyDictionary<string, SensorEntry> sensors)
    {
        Refuse(root, path, gpio.Values.Select(l => new Use<GpioEntry>("gpio", l.Name, "line", l)), (a, b) => a.Line == b.Line && DeviceNode.AreSame(a.Chip, b.Chip), l => $"line {l.Line} of {l.Chip}");
        Refuse(root, path, Devices(devices, "port", d => d.Port), DeviceNode.AreSame, port => $"port {Named(port)}");
        Refuse(root, path, Devices(devices, "trigger", d => d.Trigger), (a, b) => a == b, line => $"trigger {line}");
        Refuse(root, path, Devices(devices, "power", d => d.Power?.Gpio), (a, b) => a == b, line => $"gpio line {line} for its power");

        // The kernel gives a line to one reader: a sensor on a trigger's line would take it away, or find it taken.
        var onLines = sensors.Values.SelectMany(s => (string[])[.. s.Gpio is { } line ? [line] : Array.Empty<string>(), .. s.Pins.Values], (s, line) => new Use<string>("sensors", s.Name, s.Gpio is null ? "pins" : "gpio", line));
        Refuse(root, path, [.. Devices(devices, "trigger", d => d.Trigger), .. Devices(devices, "power", d => d.Power?.Gpio), .. onLines], (a, b) => a == b, line => $"gpio line {line}");
        Refuse(
            root, path, sensors.Values.Where(s => s.Bus is not null).Select(s => new Use<SensorEntry>("sensors", s.Name, "address", s)),
            (a, b) => a.Address == b.Address && DeviceNode.AreSame(a.Bus!, b.Bus!), s => $"address 0x{s.Address:x2} on {s.Bus}");

        Refuse(root, path, sensors.Values.Where(s => s.Spi is not null).Select(s => new Use<string>("sensors", s.Name, "spi", s.Spi!)), DeviceNode.AreSame, node => node);
        Refuse(root, path, sensors.Values.Where(s => s.OneWire is not null).Select(s => new Use<string>("sensors", s.Name, "one_wire", s.OneWire!)), (a, b) => a == b, device => $"1-wire device {device}");
        Refuse(root, path, sensors.Values.Where(s => s.Pwm is not null).Select(s => new Use<string>("sensors", s.Name, "pwm", s.Pwm!)), (a, b) => a == b, channel => $"PWM channel {channel}");

        // A broker ends the connection of whoever comes second by a name.
        Refuse(root, path, Devices(devices, "client", d => d.Client ?? d.Name), (a, b) => a == b, client => $"client name {client}");
    }

    private static IEnumerable<Use<string>> Devices(IReadOnlyDictionary<string, DeviceEntry> devices, string key, Func<DeviceEntry, string?> value) =>
        devices.Values.Where(d => value(d) is not null).Select(d => new Use<string>("devices", d.Name, key, value(d)!));

    private static void Refuse<T>(RigSection root, string path, IEnumerable<Use<T>> uses, Func<T, T, bool> same, Func<T, string> shown)
    {
        var before = new List<Use<T>>();
        foreach (var use in uses)
        {
            if (before.Find(other => same(other.Value, use.Value)) is { } first)
            {
                throw RigSection.Error(
                    path, Place(root, use),
                    $"{use.Section} \"{use.Name}\" has the {shown(use.Value)}, which {first.Section} \"{first.Name}\" (line {Place(root, first).Start.Line}) has already: {use.Key} must differ");
            }

            before.Add(use);
        }
    }

    // A value of an alias or a merge stands at another entry: then the entry's own name is the place.
    private static YamlNode Place<T>(RigSection root, Use<T> use)
    {
        var (_, at, value) = root.Section(use.Section, use.Section)!.Entries().First(entry => entry.Key == use.Name);
        return value is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(use.Key), out var own) && own.Start.Line >= at.Start.Line ? own : at;
    }

    private static string Named(string port) => DeviceNode.Resolve(port) is var node && node != port ? $"{port} (now {node})" : port;

    // One entry's claim to a thing, by the key that names it.
    private sealed record Use<T>(string Section, string Name, string Key, T Value);
}
