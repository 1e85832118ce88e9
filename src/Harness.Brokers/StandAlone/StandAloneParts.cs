namespace Harness.Brokers.StandAlone;

/// <summary>The parts of a stand-alone broker, which end in the reverse order of their start.</summary>
internal sealed class StandAloneParts(string kind) : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    /// <summary>The driver's name, for messages.</summary>
    public string Kind { get; } = kind;

    /// <summary>The address that takes MQTT without TLS: the broker's, or that of the gate before it.</summary>
    public IPEndPoint Endpoint { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>The user of the harness's own side; null for none.</summary>
    public BrokerLogin? Login { get; set; }

    /// <summary>The user of clients that prove nothing by themselves; null for none.</summary>
    public BrokerLogin? ClientLogin { get; set; }

    /// <summary>The broker's files; null where it stands elsewhere.</summary>
    public BrokerFiles? Files { get; set; }

    /// <summary>A program that has to run before the broker and ends after it; null for none.</summary>
    public BrokerProcess? Helper { get; set; }

    /// <summary>The broker's program; null where it stands elsewhere.</summary>
    public BrokerProcess? Process { get; set; }

    /// <summary>The gate that speaks TLS with the broker; null where it takes plain connections.</summary>
    public TlsGate? Gate { get; set; }

    /// <summary>The plugin that makes users while the broker runs; null for none.</summary>
    public DynamicSecurity? Rights { get; set; }

    /// <summary>The last words of the program, also after its end.</summary>
    public string WordsAtEnd { get; private set; } = "";

    public async ValueTask DisposeAsync()
    {
        if (Gate is not null)
        {
            await Gate.DisposeAsync().ConfigureAwait(false);
        }

        WordsAtEnd = Process?.LastWords ?? "";
        Process?.Dispose();
        Helper?.Dispose();
        if (Files is { } files)
        {
            // Programs that a broker's own program started end once they see that it is gone, and leave its process group, some of them.
            SpinWait.SpinUntil(() => !IsInUse(files.Folder), EndWithin);
            files.Dispose();
        }
    }

    /// <summary>True where a program's command line or environment names a folder.</summary>
    private static bool IsInUse(string folder) => Directory.EnumerateDirectories("/proc").Any(process => Names($"{process}/cmdline", folder) || Names($"{process}/environ", folder));

    private static bool Names(string file, string folder)
    {
        try
        {
            return File.ReadAllText(file).Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // no process, another user's, or it ended
        }
    }
}
