using Harness.Bench.Power;

namespace Harness.Cli.Recording;

/// <summary>The wiring by a rig file, as the record keeps it and reports draw it.</summary>
internal static class RigWiring
{
    /// <summary>The parts of a rig: devices, sensors and GPIO lines in the order of the file, and the broker.</summary>
    public static IReadOnlyList<WiredPart> Of(RigFile rig) =>
    [
        .. rig.Devices.Values.Select(d => Device(rig, d)),
        .. rig.Devices.Values.Where(d => d.Trigger is not null).Select(d => new WiredPart($"trigger of {d.Name}", "line", "trigger pin of the board", d.Name, Line(rig, d.Trigger!))),
        .. rig.Devices.Values.Where(d => d.Power is not null).Select(d => new WiredPart($"power of {d.Name}", "line", "switches its supply or reset", d.Name, Power(rig, d.Power!))),
        .. rig.Sensors.Values.Select(s => new WiredPart(s.Name, "sensor", $"{s.Word} by {s.Driver}", "", s.Place(rig))),
        new WiredPart(rig.Server, "broker", $"{rig.Broker.Kind}, {rig.Broker.Address}:{(rig.Broker.Port == 0 ? "any" : rig.Broker.Port.ToString(CultureInfo.InvariantCulture))}", "", "MQTT"),
    ];

    private static WiredPart Device(RigFile rig, DeviceEntry device)
    {
        var roles = rig.RolesOf(device.Name).Where(role => role != device.Name).ToList();
        var what = device.Kind switch
        {
            DeviceKind.Host => "party in this process",
            DeviceKind.External => $"logs in by itself as {device.Client ?? device.Name}",
            _ => DriverOf(device),
        };
        var by = device.Kind switch
        {
            DeviceKind.Host => "in memory",
            DeviceKind.External => "MQTT",
            _ when device.Port is { } port => $"{port}, {device.Serial.Baud.ToString(CultureInfo.InvariantCulture)} baud",
            _ => device.Edges ? "line and trigger edges of the emulator" : "line of the emulator",
        };
        return new(device.Name, "device", roles.Count > 0 ? $"{string.Join(", ", roles)}: {what}" : what, "", by);
    }

    private static string Power(RigFile rig, PowerEntry power) => power.Gpio is { } line ? Line(rig, line) : power.ToString();

    private static string DriverOf(DeviceEntry device) => device.Emulator?.Name ?? $"real board by {device.Line}";

    private static string Line(RigFile rig, string name) =>
        rig.Gpio.TryGetValue(name, out var line) ? $"GPIO {line.Chip}, line {line.Line.ToString(CultureInfo.InvariantCulture)}" : $"GPIO {name}";
}
