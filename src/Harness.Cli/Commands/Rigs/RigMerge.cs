namespace Harness.Cli.Commands.Rigs;

/// <summary>
/// Adds what was found since to a rig file that people have edited: whole entries at the end of a section, and not one other byte changes. What the file names
/// anywhere, also in a comment, is theirs and is not added again.
/// </summary>
internal static partial class RigMerge
{
    /// <summary>Merges.</summary>
    /// <param name="text">The file as it is.</param>
    /// <param name="found">The devices on the bench.</param>
    /// <param name="firmware">Folder of the firmware images, as the rig file names it.</param>
    /// <returns>The new text, and a sentence for each addition and for each thing that the file names and nobody sees any more.</returns>
    /// <exception cref="FormatException">A section that needs an entry is written in one line; with the entry to add by hand.</exception>
    public static (string Text, IReadOnlyList<string> Added) Into(string text, BenchSurvey found, string firmware)
    {
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        var added = new List<string>();
        foreach (var adapter in found.Adapters.Where(a => !text.Contains(a, StringComparison.Ordinal)))
        {
            var name = Free(lines, "board");
            Insert(lines, "devices", [$"  {name}:", .. RigTemplate.Board(adapter, firmware)]);
            added.Add($"device {name}: {adapter}");
        }

        foreach (var (bus, address) in found.I2c.Where(f => !Names(text, f.Bus, f.Address.Address)))
        {
            var name = Free(lines, "sensor");
            Insert(lines, "sensors", RigTemplate.Sensor(name, bus, address));
            added.Add($"sensor {name}: {bus} address 0x{address.Address:x2}");
        }

        foreach (var device in found.OneWire.Where(d => !text.Contains(d, StringComparison.Ordinal)))
        {
            var name = Free(lines, "sensor");
            Insert(lines, "sensors", [$"  {name}:", "    kind: sensor", "    binding: ds18b20", $"    one_wire: {device}"]);
            added.Add($"sensor {name}: 1-wire {device}");
        }

        return (string.Join(end, lines), added);
    }

    /// <summary>Adapters that the file names and that are not plugged in.</summary>
    public static IReadOnlyList<string> Gone(string text, BenchSurvey found) => [.. text.Split('\n')
        .Where(line => !line.TrimStart().StartsWith('#')).Select(line => PortLine().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)
        .Where(port => !found.Adapters.Contains(port))];

    private static bool Names(string text, string bus, int address) =>
        text.Contains(bus, StringComparison.Ordinal) && text.Contains($"0x{address:x2}", StringComparison.OrdinalIgnoreCase);

    private static string Free(List<string> lines, string stem)
    {
        for (var i = 1; ; i++)
        {
            var name = $"{stem}{i.ToString(CultureInfo.InvariantCulture)}";
            if (!lines.Any(line => line.TrimStart(' ', '#').StartsWith(name + ":", StringComparison.Ordinal)))
            {
                return name;
            }
        }
    }

    // After the section's last entry, before the blank lines and comments that belong to what follows.
    private static void Insert(List<string> lines, string section, IEnumerable<string> entry)
    {
        var head = lines.FindIndex(line => line.StartsWith(section + ":", StringComparison.Ordinal));
        if (head < 0)
        {
            while (lines.Count > 0 && lines[^1].Length == 0)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            lines.AddRange(["", section + ":", .. entry, ""]);
            return;
        }

        var rest = lines[head][(section.Length + 1)..].Trim();
        if (rest.Length > 0 && !rest.StartsWith('#'))
        {
            throw new FormatException($"{section}: is written in one line, where nothing can be added without changing it; add by hand:\n{string.Join('\n', entry)}");
        }

        var next = lines.FindIndex(head + 1, line => line.Length > 0 && line[0] is not (' ' or '#' or '\t'));
        var at = (next < 0 ? lines.Count : next) - 1;
        while (at > head && (lines[at].Length == 0 || lines[at][0] == '#' || lines[at].Trim().Length == 0))
        {
            at--;
        }

        // Entries stand as deep as the section's own first one.
        var first = Enumerable.Range(head + 1, Math.Max(0, at - head)).Select(i => lines[i]).FirstOrDefault(line => line.Trim().Length > 0 && line.TrimStart()[0] != '#');
        var depth = first is null ? 2 : first.Length - first.TrimStart().Length;
        lines.InsertRange(at + 1, entry.Select(line => new string(' ', depth) + line[2..]));
    }

    [GeneratedRegex("""^\s+port:\s*'?(/dev/serial/by-id/[^'#\s]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex PortLine();
}
