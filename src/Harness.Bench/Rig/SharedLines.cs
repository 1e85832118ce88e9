using Harness.Hardware;
using YamlDotNet.RepresentationModel;

namespace Harness.Bench;

/// <summary>
/// Refuses a rig in which two entries use one exclusive resource: a serial port, a trigger line, a line of a GPIO chip. Two names of one
/// node (a link below /dev/serial/by-id and the node itself) are one port.
/// </summary>
internal static class SharedLines
{
    public static void Refuse(
        RigSection root, string path, IReadOnlyDictionary<string, DeviceEntry> devices, IReadOnlyDictionary<string, GpioEntry> gpio)
    {
        Refuse(root, path, "gpio", "line", gpio.Values, line => line.Name, (a, b) => a.Line == b.Line && DeviceNode.AreSame(a.Chip, b.Chip), line => $"line {line.Line} of {line.Chip}");
        Refuse(root, path, "devices", "port", devices.Values.Where(d => d.Port is not null), d => d.Name, (a, b) => DeviceNode.AreSame(a.Port!, b.Port!), d => $"port {Named(d.Port!)}");
        Refuse(root, path, "devices", "trigger", devices.Values.Where(d => d.Trigger is not null), d => d.Name, (a, b) => a.Trigger == b.Trigger, d => $"trigger {d.Trigger}");
    }

    private static void Refuse<T>(
        RigSection root, string path, string section, string key, IEnumerable<T> entries, Func<T, string> name, Func<T, T, bool> same, Func<T, string> shown)
    {
        var before = new List<T>();
        foreach (var entry in entries)
        {
            if (before.Find(other => same(other, entry)) is { } first)
            {
                throw RigSection.Error(
                    path, Place(root, section, name(entry), key),
                    $"{section} \"{name(entry)}\" has the {shown(entry)}, which {section} \"{name(first)}\" (line {Place(root, section, name(first), key).Start.Line}) has already: {key} must differ");
            }

            before.Add(entry);
        }
    }

    // A value from an alias or a merge stands at another entry: then the entry's own name is the place.
    private static YamlNode Place(RigSection root, string section, string name, string key)
    {
        var (_, at, value) = root.Section(section, section)!.Entries().First(entry => entry.Key == name);
        return value is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var own) && own.Start.Line >= at.Start.Line ? own : at;
    }

    private static string Named(string port) => DeviceNode.Resolve(port) is var node && node != port ? $"{port} (now {node})" : port;
}
