namespace Harness.Cli.Commands.Doctor;

/// <summary>
/// Repairs that <c>doctor --fix</c> made, with the values before, in a file of the user's. <c>--undo</c> writes those back, the last one first.
/// </summary>
internal sealed class RepairLog(string? folder = null)
{
    private readonly string _path = Path.Combine(folder ?? DefaultFolder(), "doctor-undo.jsonl");

    /// <summary>True where there is something to undo.</summary>
    public bool HasEntries => File.Exists(_path);

    /// <summary>Asks for each repair, makes those that are agreed to, and notes what was there.</summary>
    /// <param name="findings">The findings; those with repairs are asked about.</param>
    /// <param name="ask">Asks a yes-or-no question.</param>
    /// <param name="write">Writes a value to a file.</param>
    /// <param name="told">Gets a sentence about each.</param>
    /// <returns>The number of repairs made.</returns>
    public int Fix(IEnumerable<Finding> findings, Func<string, bool> ask, Action<string, string> write, Action<string> told)
    {
        var made = 0;
        foreach (var finding in findings.Where(f => f.Repairs.Count > 0))
        {
            if (!ask($"{finding.Component}: {finding.Seen}. Write {finding.Repairs[0].Value} to {string.Join(", ", finding.Repairs.Select(r => r.File))}?"))
            {
                told($"left as it is: {finding.Component}");
                continue;
            }

            foreach (var repair in finding.Repairs)
            {
                var before = File.ReadAllText(repair.File).Trim();
                if (before == repair.Value)
                {
                    told($"{repair.File}: is {before} by now"); // opening a line asks its driver for low latency
                    continue;
                }

                Note(new Done(repair.File, before, repair.Value)); // before the change, so that a crash in between loses nothing
                write(repair.File, repair.Value);
                told($"{repair.File}: {before} is now {repair.Value}");
                made++;
            }
        }

        return made;
    }

    /// <summary>Writes the values from before, the last repair first; a value that somebody changed since is left, and told.</summary>
    /// <returns>The number of values written back.</returns>
    public int Undo(Action<string, string> write, Action<string> told)
    {
        var undone = 0;
        foreach (var done in Entries().Reverse())
        {
            if (!File.Exists(done.File))
            {
                told($"{done.File} is gone; nothing to undo there");
            }
            else if (File.ReadAllText(done.File).Trim() is var now && now != done.Value)
            {
                told($"{done.File} is {now} by now, not {done.Value}: left as it is");
            }
            else
            {
                write(done.File, done.Before);
                told($"{done.File}: {done.Value} is {done.Before} again");
                undone++;
            }
        }

        File.Delete(_path);
        return undone;
    }

    /// <summary>Writes a file below /sys: as this user where it may, else by sudo, which asks for the password on the terminal.</summary>
    /// <exception cref="IOException">Neither works; with the line to type.</exception>
    public static void WriteSetting(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
            return;
        }
        catch (UnauthorizedAccessException)
        {
            // another user's: sudo
        }

        try
        {
            using var sudo = Process.Start(new ProcessStartInfo("sudo", ["tee", file]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            sudo.StandardInput.Write(value);
            sudo.StandardInput.Close();
            _ = sudo.StandardOutput.ReadToEnd();
            sudo.WaitForExit();
            if (sudo.ExitCode == 0)
            {
                return;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // no sudo here
        }

        throw new IOException($"{file} cannot be written; next: echo {value} | sudo tee {ShellWord.Quote(file)}");
    }

    private static string DefaultFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "harness");

    private IReadOnlyList<Done> Entries() => File.Exists(_path)
        ? [.. File.ReadLines(_path).Select(Read).OfType<Done>()] : [];

    // A crash or a full disk leaves half a line, and then the repair that it was to note was not made: it is noted first.
    private static Done? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Done>(line) is { File.Length: > 0, Before: not null, Value: not null } done ? done : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Note(Done done)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.AppendAllText(_path, "\n" + JsonSerializer.Serialize(done) + "\n"); // the line before may be half of one
    }

    private sealed record Done(string File, string Before, string Value);
}
