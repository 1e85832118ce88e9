using Harness.Hardware.Links;

namespace Harness.Cli.Commands.Rigs;

/// <summary>Renders a rig as text and as JSON.</summary>
internal static class RigTable
{
    /// <summary>Renders the rig in a few lines that fit a terminal.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="broker">The declaration of its broker's driver; null where plugins that may declare it are not loaded.</param>
    public static string Render(RigFile rig, BrokerDriverAttribute? broker)
    {
        var text = new StringBuilder();
        text.AppendLine($"rig {ForeignText.Name(rig.Name)}  ({ForeignText.Name(ProductPaths.Display(rig.Path))})");
        text.AppendLine($"  server {ForeignText.Name(rig.Server)}, scheme {rig.Scheme}, group {rig.Group}, profile {rig.Profile}, PRESENT-{rig.KeyBits}");
        text.AppendLine($"  broker {ForeignText.Name(rig.Broker.Kind)} at {ForeignText.Name(rig.Broker.Setup.Host ?? rig.Broker.Address.ToString())}:{(rig.Broker.Port == 0 ? "any free port" : rig.Broker.Port)}{BrokerSettings(rig.Broker)}");
        if (broker is { Can.Length: > 0 })
        {
            text.AppendLine($"  broker can: {broker.Can}");
        }

        text.AppendLine($"  waits: handshake {Seconds(rig.Timeouts.Handshake)}, reply {Seconds(rig.Timeouts.Reply)}, boot {Seconds(rig.Timeouts.Boot)}");
        text.AppendLine();
        Table(text, ["DEVICE", "ROLE", "DRIVER", "NUMBERS", "ON"], rig.Devices.Values.Select(d => new[]
        {
            d.Name, Roles(rig, d), Driver(d), d.Kind != DeviceKind.Serial ? "host" : $"{d.Provenance.Word()} in {d.TickUnit}", On(d),
        }));
        if (rig.Sensors.Count > 0)
        {
            text.AppendLine();
            Table(text, ["SENSOR", "KIND", "DRIVER", "ON"], rig.Sensors.Values.Select(s => new[]
            {
                s.Name, s.Word, s.Driver, s.IsModel ? "-" : s.Bus is { } bus ? $"{bus} at 0x{s.Address:x2}" : s.Gpio is { } line ? $"{rig.Gpio[line].Chip} line {rig.Gpio[line].Line} ({line})" : s.Place(rig),
            }));
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Converts the rig to an object for serialisation.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="broker">The declaration of its broker's driver; null where plugins that may declare it are not loaded.</param>
    public static object Json(RigFile rig, BrokerDriverAttribute? broker) => new
    {
        rig = rig.Name, file = rig.Path, server = rig.Server, scheme = rig.Scheme, group = rig.Group, profile = rig.Profile, key_bits = rig.KeyBits, has_hardware = rig.HasHardware,
        broker = new
        {
            kind = rig.Broker.Kind, address = rig.Broker.Address.ToString(), host = rig.Broker.Setup.Host, port = rig.Broker.Port, tls = rig.Broker.Setup.Tls, rights = RightsWord(rig.Broker), user = rig.Broker.User,
            can = broker?.Can,
        },
        timeouts_s = new { handshake = rig.Timeouts.Handshake.TotalSeconds, reply = rig.Timeouts.Reply.TotalSeconds, boot = rig.Timeouts.Boot.TotalSeconds },
        devices = rig.Devices.Values.Select(d => new
        {
            name = d.Name, roles = rig.RolesOf(d.Name), power = d.Power?.ToString(), driver = Driver(d), provenance = d.Provenance.Word(),
            tick_unit = d.TickUnit, group = rig.GroupOf(d), elf = d.Elf, test_elf = d.TestElf, port = d.Port, baud = d.Port is null ? (int?)null : d.Serial.Baud,
            parity = d.Port is null ? null : RigNames.Of(d.Serial.Parity), flow = d.Port is null ? null : RigNames.Of(d.Serial.Flow),
        }),
        sensors = rig.Sensors.Values.Select(s => new { name = s.Name, kind = s.Kind, binding = s.Binding?.Name, driver = s.Driver, bus = s.Bus, address = s.Bus is null ? (int?)null : s.Address, gpio = s.Gpio, place = s.Place(rig) }),
        gpio = rig.Gpio.Values.Select(g => new { name = g.Name, chip = g.Chip, line = g.Line }),
    };

    private static string BrokerSettings(BrokerEntry broker) =>
        (broker.Setup.Tls ? ", TLS" : "") + (broker.Setup.Rights == BrokerRights.Open ? "" : $", rights {RightsWord(broker)}") + (broker.User is { } user ? $", user {ForeignText.Name(user)}" : "");

    private static string RightsWord(BrokerEntry broker) => broker.Setup.Rights switch
    {
        BrokerRights.DynamicSecurity => "dynamic-security",
        var rights => rights.ToString().ToLowerInvariant(),
    };

    /// <summary>Gets a driver's name in a rig file.</summary>
    public static string Driver(DeviceEntry device) => device.Driver switch
    {
        BoardDriver.None when device.Kind == DeviceKind.External => "external",
        BoardDriver.None => "in-process",
        BoardDriver.Emulator => device.Emulator!.Name,
        _ => device.Line,
    };

    private static string On(DeviceEntry device) => device.Port is { } port
        ? $"{port}, {device.Serial.Baud} baud{Settings(device.Serial)}"
        : device.Elf is { } elf ? ProductPaths.Display(elf) + (File.Exists(elf) ? "" : " (not built)") : "-";

    private static string Settings(SerialLineSettings serial) =>
        (serial.Parity == SerialParity.None ? "" : $", parity {RigNames.Of(serial.Parity)}") + (serial.Flow == FlowControl.None ? "" : $", flow {RigNames.Of(serial.Flow)}");

    private static string Roles(RigFile rig, DeviceEntry device) =>
        string.Join(", ", rig.RolesOf(device.Name)) is { Length: > 0 } roles ? roles : "-";

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###} s");

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows.Select(row => row.Select(ForeignText.Name).ToArray())];
        var widths = head.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        foreach (var row in all)
        {
            text.AppendLine(("  " + string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i])))).TrimEnd());
        }
    }
}
