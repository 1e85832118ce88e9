namespace Harness.Brokers.Load;

/// <summary>The process of a broker on this machine, as the kernel accounts for it.</summary>
/// <param name="ProcessId">Its number.</param>
public sealed record BrokerProcessInfo(int ProcessId)
{
    /// <summary>Resident memory in bytes.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public long ResidentBytes()
    {
        var line = Lines("status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)) ?? throw Gone(null);
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Processor time that it used so far, of user and system.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public TimeSpan ProcessorTime()
    {
        // proc(5): the name in brackets may hold anything; utime and stime are the 12th and 13th fields behind it, in hundredths of a second.
        var stat = Lines("stat").First();
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private IEnumerable<string> Lines(string file)
    {
        try
        {
            return File.ReadAllLines($"/proc/{ProcessId}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Gone(e);
        }
    }

    private IOException Gone(Exception? cause) => new($"the broker's process {ProcessId} cannot be read", cause);
}
