using System.Text.Json.Serialization;

namespace Harness.Timing.Baselines;

/// <summary>The properties of a rig that must be equal for two numbers to be compared (README.md, section "Time").</summary>
public sealed record Fingerprint
{
    /// <summary>The board's own name; <c>host</c> for this process.</summary>
    public required string Board { get; init; }

    /// <summary>Hash of the firmware build; empty for this process.</summary>
    public required string Firmware { get; init; }

    /// <summary>Nominal rate of the device's counter in Hz; 0 where unknown.</summary>
    public required long ClockHz { get; init; }

    /// <summary>Model of the host.</summary>
    public required string Host { get; init; }

    /// <summary>Kernel of the host.</summary>
    public required string Kernel { get; init; }

    /// <summary>Frequency governor of the host; <c>none</c> where the kernel shows none.</summary>
    public required string Governor { get; init; }

    /// <summary>The drivers of line and trigger: <c>qemu-stm32f405</c>, <c>tty+gpio</c>.</summary>
    public required string Drivers { get; init; }

    /// <summary>The broker of the rig.</summary>
    public required string Broker { get; init; }

    /// <summary>The fields by their names in files, in the order of comparison.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, string Value)> Fields =>
    [
        ("board", Board), ("clock_hz", ClockHz.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("drivers", Drivers), ("host", Host),
        ("kernel", Kernel), ("governor", Governor), ("broker", Broker), ("firmware", Firmware),
    ];

    /// <summary>Gets the fields that differ. <paramref name="otherFirmware"/> lets the firmware differ, as in a search for a regression of the firmware.</summary>
    public IReadOnlyList<(string Name, string Mine, string Other)> Differences(Fingerprint other, bool otherFirmware = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        return
        [
            .. Fields.Zip(other.Fields)
                .Where(pair => pair.First.Value != pair.Second.Value && !(otherFirmware && pair.First.Name == "firmware"))
                .Select(pair => (pair.First.Name, pair.First.Value, pair.Second.Value)),
        ];
    }

    /// <summary>Gets the fingerprint of a device on this host.</summary>
    public static Fingerprint Of(HostInfo host, string board, string firmware, long clockHz, string drivers, string broker)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new Fingerprint
        {
            Board = board, Firmware = firmware, ClockHz = clockHz, Host = $"{host.Cpu}, {host.Cores} cores, {host.Architecture}", Kernel = host.Kernel,
            Governor = host.Governor ?? "none", Drivers = drivers, Broker = broker,
        };
    }
}
