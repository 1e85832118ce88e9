namespace Harness.Reporting.Tests;

/// <summary>A run folder with a space in its path and a record of the given events, deleted at disposal.</summary>
internal sealed class TemporaryRun : IDisposable
{
    public TemporaryRun(IEnumerable<RunEvent> events)
    {
        Path = Directory.CreateTempSubdirectory("report tests ").FullName;
        using var writer = RecordWriter.Create(Path);
        foreach (var e in events)
        {
            writer.Write(e);
        }
    }

    public string Path { get; }

    public string Record => System.IO.Path.Combine(Path, RecordWriter.FileName);

    public string Read(string name) => File.ReadAllText(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
