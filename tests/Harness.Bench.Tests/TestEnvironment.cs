using Harness.Record;

namespace Harness.Bench.Tests;

/// <summary>Where things are, and how long a test waits at most.</summary>
internal static class TestEnvironment
{
    /// <summary>No single wait of a test takes longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string Root { get; } = FindRoot();

    public static string Rig(string name) => Path.Combine(Root, "rigs", name);

    /// <summary>A built image; a test that needs it fails without it, with the command to type.</summary>
    public static string Firmware(string name)
    {
        var path = Path.Combine(Root, "rigs", "firmware", "build", name);
        Assert.That(path, Does.Exist, "build it first: make -C rigs/firmware");
        return path;
    }

    public static CancellationToken Timeout() => new CancellationTokenSource(Patience).Token;

    /// <summary>Waits for something the operating system does on its own, with bounded polling.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var until = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(until), Is.LessThan(Patience), what);
            await timer.WaitForNextTickAsync();
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Harness.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Harness.sln is in no folder above the tests");
    }
}

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("harness bench ").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Keeps events in memory.</summary>
internal sealed class ListSink : IRunSink
{
    private readonly List<RunEvent> _events = [];

    public IReadOnlyList<RunEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public void Write(RunEvent e)
    {
        lock (_events)
        {
            _events.Add(e);
        }
    }
}
