namespace Harness.Bench.Tests;

/// <summary>Paths and the time limit that the tests share.</summary>
internal static class TestEnvironment
{
    /// <summary>Limit of every single wait of a test.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    public static string Root { get; } = FindRoot();

    public static string Rig(string name) => Path.Combine(Root, "rigs", name);

    /// <summary>Gets the path of a built image; without it the test fails with the command that builds it.</summary>
    public static string Firmware(string name)
    {
        var path = Path.Combine(Root, "rigs", "firmware", "build", name);
        Assert.That(path, Does.Exist, "build it first: make -C rigs/firmware");
        return path;
    }

    public static CancellationToken Timeout() => new CancellationTokenSource(TimeLimit).Token;

    /// <summary>Waits, with bounded polling, for something that the operating system does by itself.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var until = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(until), Is.LessThan(TimeLimit), what);
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

/// <summary>A folder for one test, deleted at disposal.</summary>
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
