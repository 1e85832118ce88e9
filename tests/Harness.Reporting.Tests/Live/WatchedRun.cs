using Harness.Reporting.Live;

namespace Harness.Reporting.Tests.Live;

/// <summary>A run that is written and served at once.</summary>
internal sealed class WatchedRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("watch tests ").FullName;
    private readonly RecordWriter _writer;

    public WatchedRun(Func<string>? left = null, TimeProvider? time = null)
    {
        _writer = RecordWriter.Create(_folder);
        Server = WatchServer.StartAsync(_writer.Path, left ?? (() => ""), time ?? TimeProvider.System).GetAwaiter().GetResult();
    }

    public WatchServer Server { get; }

    public Uri Page => Server.Address;

    public string Record => _writer.Path;

    public void Write(params IEnumerable<RunEvent> events)
    {
        foreach (var e in events)
        {
            Server.Write(_writer.Put(e));
        }
    }

    public void Dispose()
    {
        Server.Dispose();
        _writer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
