using Harness.Hardware.Links;

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
        var lines = Lines(text);
        var rig = Read(text);
        var added = new List<string>();
        foreach (var adapter in found.Adapters.Where(a => !Mentions(text, a) && !(rig?.Devices.Values.Any(d => d.Port is { } port && DeviceNode.AreSame(port, a)) ?? false)))
        {
            var name = Free(lines, "board");
            Insert(lines, "devices", [$"  {name}:", .. RigTemplate.Board(adapter, firmware)]);
            added.Add($"device {name}: {adapter}");
        }

        foreach (var (bus, address) in found.I2c.Where(f => !Names(rig, f.Bus, f.Address.Address) && !Comments(text).Any(c => Mentions(c, f.Bus) && MentionsAddress(c, f.Address.Address))))
        {
            var name = Free(lines, "sensor");
            Insert(lines, "sensors", RigTemplate.Sensor(name, bus, address));
            added.Add($"sensor {name}: {bus} address 0x{address.Address:x2}");
        }

        foreach (var device in found.OneWire.Where(d => !Mentions(text, d)))
        {
            var name = Free(lines, "sensor");
            Insert(lines, "sensors", [$"  {name}:", "    kind: sensor", "    binding: ds18b20", $"    one_wire: {device}"]);
            added.Add($"sensor {name}: 1-wire {device}");
        }

        return (string.Concat(lines), added);
    }

    /// <summary>Adapters that the file names and that are not plugged in.</summary>
    public static IReadOnlyList<string> Gone(string text, BenchSurvey found) => [.. text.Split('\n')
        .Where(line => !line.TrimStart().StartsWith('#')).Select(line => PortLine().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)
        .Where(port => !found.Adapters.Contains(port))];

    /// <summary>The text with a value in place of each decision that is left to a person, so that everything else can be read.</summary>
    public static string Decided(string text) =>
        text.Replace("binding: \"?\"", "binding: lm75", StringComparison.Ordinal).Replace("elf: \"?\"", "elf: image.elf", StringComparison.Ordinal);

    // What it means, whatever way it is written: a bus by a merge key, an address in decimal, a port by the socket's name. Of a file that cannot be read the caller tells.
    private static RigFile? Read(string text)
    {
        try
        {
            return RigFile.Parse(Decided(text), "rig.yaml");
        }
        catch (RigFileException)
        {
            return null;
        }
    }

    private static bool Names(RigFile? rig, string bus, int address) => rig?.Sensors.Values.Any(s => s.Bus is { } named && s.Address == address && DeviceNode.AreSame(named, bus)) ?? false;

    /// <summary>The words of people in comments, those of neighbouring lines together; the template's own example of a sensor is no word of theirs.</summary>
    private static IEnumerable<string> Comments(string text)
    {
        var block = "";
        foreach (var line in text.Split('\n'))
        {
            var comment = Comment().Match(line);
            if (comment.Success && !line.Contains(RigTemplate.SensorExample, StringComparison.Ordinal))
            {
                block += comment.Value + "\n";
            }

            if (!comment.Success || !line.TrimStart().StartsWith('#'))
            {
                yield return block;
                block = "";
            }
        }

        yield return block;
    }

    // As a whole word: /dev/i2c-1 is no part of /dev/i2c-10, and a name may end a sentence.
    private static bool Mentions(string text, string name) => Regex.IsMatch(text, $@"{Regex.Escape(name)}(?![\w+-]|[.:]\w)", RegexOptions.CultureInvariant);

    private static bool MentionsAddress(string text, int address) => Regex.IsMatch(text, $@"\b0x0*{address:x}\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

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

    // Each with its own end: a file may have both kinds, and its last line none.
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length; at += lines[^1].Length)
        {
            var end = text.IndexOf('\n', at);
            lines.Add(end < 0 ? text[at..] : text[at..(end + 1)]);
        }

        return lines;
    }

    // After the section's last entry, before the blank lines and comments that belong to what follows.
    private static void Insert(List<string> lines, string section, IEnumerable<string> entry)
    {
        var end = lines.Exists(line => line.EndsWith("\r\n", StringComparison.Ordinal)) && !lines.Exists(line => line.EndsWith('\n') && !line.EndsWith("\r\n", StringComparison.Ordinal)) ? "\r\n" : "\n";
        var head = lines.FindIndex(line => Regex.IsMatch(line, $"""^["']?{section}["']?[ \t]*:(\s|$)"""));
        if (head < 0)
        {
            End(lines, lines.Count - 1, end);
            lines.AddRange(((string[])["", section + ":", .. entry]).Select(line => line + end));
            return;
        }

        var rest = lines[head][(lines[head].IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        if (rest.Length > 0 && !rest.StartsWith('#'))
        {
            throw new FormatException($"{section}: is written in one line, where nothing can be added without changing it; add by hand:\n{string.Join('\n', entry)}");
        }

        var next = lines.FindIndex(head + 1, line => line[0] is not (' ' or '#' or '\t' or '\r' or '\n'));
        var at = (next < 0 ? lines.Count : next) - 1;
        while (at > head && (lines[at][0] == '#' || lines[at].Trim().Length == 0))
        {
            at--;
        }

        // Entries stand as deep as the section's own first one.
        var first = Enumerable.Range(head + 1, Math.Max(0, at - head)).Select(i => lines[i]).FirstOrDefault(line => line.Trim().Length > 0 && line.TrimStart()[0] != '#');
        var depth = first is null ? 2 : first.Length - first.TrimStart().Length;
        End(lines, at, end);
        lines.InsertRange(at + 1, entry.Select(line => new string(' ', depth) + line[2..] + end));
    }

    private static void End(List<string> lines, int at, string end)
    {
        if (at >= 0 && !lines[at].EndsWith('\n'))
        {
            lines[at] += end;
        }
    }

    [GeneratedRegex("""(?:^|[\s{,])port:\s*["']?(/dev/serial/by-id/[^"'#\s,}]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex PortLine();

    [GeneratedRegex(@"(?:^|\s)#.*", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
