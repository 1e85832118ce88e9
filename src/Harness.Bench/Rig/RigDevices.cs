namespace Harness.Bench.Rig;

/// <summary>Reads one entry of <c>devices:</c>.</summary>
internal static class RigDevices
{
    private static readonly string[] BoardKeys = ["driver", "elf", "test_elf", "port", "baud", "parity", "flow", "tick_unit", "reply", "handshake", "edges", "trigger", "power", "probe", "chip"];
    private static readonly string[] ExternalKeys = ["client", "start", "account", "schemes", "publishes", "tls"];

    public static DeviceEntry Read(
        string name, RigSection s, string path, string[] groups, string[] tickUnits, string[] provenances, IReadOnlyCollection<string> gpio, bool hasPlugins, Provenance realBoard)
    {
        s.Allow("kind", "driver", "elf", "test_elf", "port", "baud", "parity", "flow", "tick_unit", "reply", "handshake", "edges", "provenance", "group", "client", "start", "account", "schemes", "publishes", "tls", "trigger", "supply", "power", "probe", "chip");
        var group = s.Get("group") is null ? null : s.Choice("group", groups);
        var kind = s.Choice("kind", ["host", "serial", "external"]);
        if (kind == "external")
        {
            return External(name, s, path, group);
        }

        s.Forbid($"kind {kind}", ExternalKeys);
        if (kind == "host")
        {
            s.Forbid("kind host", BoardKeys);
            s.Choice("provenance", ["host"], "host");
            return new DeviceEntry
            {
                Name = name, Kind = DeviceKind.Host, Driver = BoardDriver.None, TickUnit = "ns", Provenance = Provenance.Host, Group = group,
                Supply = s.OptionalText("supply"),
            };
        }

        var word = s.Driver("driver", [.. EmulatorDrivers.Names, .. BenchDrivers.BuiltIn.Lines], hasPlugins);
        var emulator = EmulatorDrivers.Find(word);
        if (emulator is null)
        {
            s.Require("port");
        }
        else
        {
            s.Require("elf");
            s.Forbid($"driver {word}", "port", "baud", "parity", "flow", "trigger", "power", "probe", "chip");
        }

        if (s.OptionalText("trigger") is { } trigger && !gpio.Contains(trigger))
        {
            throw s.At("trigger", $"trigger of {s.Description} is the unknown gpio line \"{trigger}\"{NearestWord.Hint(trigger, gpio)}");
        }

        // The driver determines the possible provenance: an emulated number never reads as a measured one.
        // A program may also stand behind a serial line: its owner must state that its times are the host's.
        string[] honest = emulator is null ? ["hardware", "host"] : [emulator.Provenance];
        string[] units = emulator is null ? [.. tickUnits.Where(u => u != "instructions")] : [emulator.TickUnit];
        var provenance = s.Choice("provenance", provenances, honest[0]);
        if (!honest.Contains(provenance))
        {
            throw s.At("provenance", $"provenance of {s.Description} is \"{provenance}\", but driver {word} can only be {string.Join(" or ", honest)}");
        }

        var unit = s.Choice("tick_unit", tickUnits, units[0]);
        if (!units.Contains(unit))
        {
            throw s.At("tick_unit", $"tick_unit of {s.Description} is \"{unit}\", but driver {word} counts {string.Join(" or ", units)}");
        }

        var power = s.Section("power", $"power of {s.Description}") is { } section ? PowerEntry.Read(section, gpio) : null;
        var flow = RigNames.Flows[s.Choice("flow", [.. RigNames.Flows.Keys], "none")];
        if (power is { By: "rts" } && flow == FlowControl.RtsCts)
        {
            throw s.At("flow", $"flow of {s.Description} is rts-cts, but RTS switches its power");
        }

        return new DeviceEntry
        {
            Name = name,
            Kind = DeviceKind.Serial,
            Driver = emulator is null ? BoardDriver.Tty : BoardDriver.Emulator,
            Emulator = emulator,
            Elf = Resolve(path, s.OptionalText("elf")),
            TestElf = Resolve(path, s.OptionalText("test_elf")),
            Port = Resolve(path, s.OptionalText("port")),
            Serial = new SerialLineSettings(
                s.Number("baud", 300, 4_000_000, 115200),
                RigNames.Parities[s.Choice("parity", [.. RigNames.Parities.Keys], "none")],
                flow,
                Dtr: power is { By: "dtr" } ? !power.CutsHigh : null,
                Rts: power is { By: "rts" } ? !power.CutsHigh : null),
            Line = emulator is null ? word : "tty",
            TickUnit = unit,
            Trigger = s.OptionalText("trigger"),
            Power = power,
            Probe = s.OptionalText("probe"),
            Chip = s.OptionalText("chip"),
            Supply = s.OptionalText("supply"),
            Provenance = provenance switch
            {
                "hardware" => realBoard,
                "emulated-instructions" => Provenance.EmulatedInstructions,
                "emulated-cycles" => Provenance.EmulatedCycles,
                _ => Provenance.Host,
            },
            Reply = s.Get("reply") is null ? null : s.Duration("reply", default),
            Handshake = s.Get("handshake") is null ? null : s.Duration("handshake", default),
            Edges = ReadEdges(s, emulator, word),
            Group = group,
        };
    }

    private static bool ReadEdges(RigSection s, EmulatorDriver? emulator, string word)
    {
        if (emulator?.EdgeUnit is null)
        {
            s.Forbid($"driver {word}", "edges");
        }

        return s.Choice("edges", ["true", "false"], emulator?.ReportsEdgesByDefault == true ? "true" : "false") == "true";
    }

    private static DeviceEntry External(string name, RigSection s, string path, string? group)
    {
        s.Forbid("kind external", [.. BoardKeys, "provenance", "supply"]);
        var client = s.OptionalText("client") ?? name;
        if (System.Text.Encoding.UTF8.GetByteCount(client) > 64)
        {
            throw s.At("client", $"client of {s.Description} must be 1 to 64 bytes of UTF-8, but is {System.Text.Encoding.UTF8.GetByteCount(client)} bytes");
        }

        var schemes = (s.OptionalText("schemes") ?? SchemeNames.MqttPresent).Split(',', StringSplitOptions.TrimEntries);
        if (schemes.FirstOrDefault(n => !SchemeNames.OfAugPake.Contains(n)) is { } unknown)
        {
            throw s.At("schemes", $"schemes of {s.Description} must be some of {string.Join(", ", SchemeNames.OfAugPake)}, separated by commas, but names \"{unknown}\"");
        }

        return new DeviceEntry
        {
            // It reports no durations; if it did, they would be times of an unknown machine.
            Name = name, Kind = DeviceKind.External, Driver = BoardDriver.None, TickUnit = "ticks", Provenance = Provenance.Host, Group = group,
            Client = client, Start = s.OptionalText("start"), Account = Resolve(path, s.OptionalText("account")),
            Schemes = schemes, PublishesOnCommand = s.Choice("publishes", ["by-itself", "on-command"], "by-itself") == "on-command",
            SpeaksTls = s.Choice("tls", ["true", "false"], "false") == "true",
        };
    }

    /// <summary>Resolves a path of a rig file against the rig file's folder, whatever the current directory.</summary>
    private static string? Resolve(string rig, string? path) =>
        path is null ? null : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(rig)) ?? "/");
}
