namespace Harness.Cli.Commands.Boards;

/// <summary>The look at a board before it is written to: the wrong board is refused, as its firmware would be gone.</summary>
/// <param name="Line">Program and arguments that ask chip and probe, and write nothing.</param>
/// <param name="Pattern">Finds the chip's identity in what the program says: group <c>id</c>.</param>
/// <param name="Chip">The expected identity, lower case; null where neither the part nor the rig (<c>chip:</c>) tells it.</param>
/// <param name="Probe">The expected serial number of the probe or adapter, where the program says it; null for any.</param>
public sealed partial record FlashCheck(IReadOnlyList<string> Line, Regex Pattern, string? Chip, string? Probe)
{
    // Identities by part: DBGMCU_IDCODE (RM0090 38.6.1), code page size of nRF51's FICR, signatures of Microchip's data sheets.
    private static readonly Dictionary<string, string> Chips = new(StringComparer.OrdinalIgnoreCase)
    {
        ["stm32f4x"] = "413", ["nrf51"] = "00000400", ["m328p"] = "1e950f", ["m1284p"] = "1e9705", ["m2560"] = "1e9801", ["esp32"] = "esp32",
    };

    /// <summary>Creates the check of a tool.</summary>
    /// <param name="tool">The tool that will write.</param>
    /// <param name="device">The board.</param>
    /// <param name="part">The tool's name of the part; null for st-flash without one.</param>
    /// <param name="programmer">The interface or programmer.</param>
    public static FlashCheck For(string tool, DeviceEntry device, string? part, string programmer)
    {
        var chip = device.Chip?.ToLowerInvariant().Replace("0x", "", StringComparison.Ordinal) ?? (part is null ? null : Chips.GetValueOrDefault(part));
        return tool switch
        {
            "avrdude" => new(["avrdude", "-p", part!, "-c", programmer, "-P", device.Port!], Signature(), chip, null),
            "esptool" => new(["esptool", "--port", device.Port!, "chip_id"], EspChip(), chip, device.Probe),
            "st-flash" => new(["st-info", "--probe"], StChip(), chip, device.Probe),
            _ when part == "nrf51" => new(["openocd", .. OpenOcd(device, programmer, part), "-c", "init; mdw 0x10000010; shutdown"], NordicPage(), chip, null),
            _ => new(["openocd", .. OpenOcd(device, programmer, part!), "-c", "init; mdw 0xe0042000; shutdown"], IdCode(), chip, null),
        };
    }

    /// <summary>The configuration of OpenOCD; with a probe's serial number it opens no other.</summary>
    public static string[] OpenOcd(DeviceEntry device, string programmer, string part) =>
    [
        "-f", $"interface/{programmer}.cfg", .. device.Probe is { } serial ? ["-c", $"adapter serial {serial}"] : Array.Empty<string>(), "-f", $"target/{part}.cfg",
    ];

    /// <summary>Judges what the program said.</summary>
    /// <param name="said">Its output, of both streams.</param>
    /// <returns>Null where the board is the right one; else what was expected and what was seen.</returns>
    public string? Refusal(string said)
    {
        ArgumentNullException.ThrowIfNull(said);
        var serials = Serial().Matches(said).Select(m => m.Groups["id"].Value).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (Probe is { } probe)
        {
            if (!serials.Contains(probe, StringComparer.OrdinalIgnoreCase))
            {
                return $"expected the probe {probe}, saw {(serials.Count == 0 ? "none" : string.Join(", ", serials.Select(ForeignText.Name)))}";
            }

            said = serials.Count == 1 ? said : Of(probe, said);
        }

        var chips = Pattern.Matches(said).Select(m => m.Groups["id"].Value.ToLowerInvariant()).Distinct().ToList();

        if (Probe is null && serials.Count > 1)
        {
            return $"expected one probe, saw {serials.Count} ({string.Join(", ", serials.Select(ForeignText.Name))}): name the board's under probe: in the rig";
        }

        return chips.Count == 0 ? "expected the chip to say what it is, saw no answer of it"
            : Chip is null ? $"expected a chip that is known here, saw {chips[0]}: state it under chip: in the rig, where that is the board's"
            : chips.Count == 1 && chips[0] == Chip ? null
            : $"expected the chip {Chip}, saw {string.Join(", ", chips.Select(ForeignText.Name))}";
    }

    // st-info lists all probes one after the other, each with its serial number before its chip: another board's chip is not this one's.
    private static string Of(string probe, string said)
    {
        var at = Serial().Matches(said);
        var own = at.First(m => m.Groups["id"].Value.Equals(probe, StringComparison.OrdinalIgnoreCase));
        var next = at.FirstOrDefault(m => m.Index > own.Index);
        return next is null ? said[own.Index..] : said[own.Index..next.Index];
    }

    [GeneratedRegex(@"Device signature = (?:0x)?(?<id>[0-9A-Fa-f]{2} ?[0-9A-Fa-f]{2} ?[0-9A-Fa-f]{2})")]
    private static partial Regex Signature();

    [GeneratedRegex(@"Chip (?:is|type:) +(?<id>ESP32(?:-[CHSP]\d)?)", RegexOptions.IgnoreCase)]
    private static partial Regex EspChip();

    [GeneratedRegex(@"chipid:\s*0x0*(?<id>[0-9A-Fa-f]+)")]
    private static partial Regex StChip();

    [GeneratedRegex(@"0xe0042000: [0-9a-f]{5}(?<id>[0-9a-f]{3})")] // the device is in the lowest 12 bits, above them the revision
    private static partial Regex IdCode();

    [GeneratedRegex(@"0x10000010: (?<id>[0-9a-f]{8})")]
    private static partial Regex NordicPage();

    [GeneratedRegex(@"(?:serial|MAC):\s*(?<id>[0-9A-Za-z:]+)")]
    private static partial Regex Serial();
}
