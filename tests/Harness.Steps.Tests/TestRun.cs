using Harness.Bench.Rig;

namespace Harness.Steps.Tests;

/// <summary>A run on a rig that is in this process only, and what it wrote.</summary>
internal sealed class TestRun : IAsyncDisposable
{
    private const string HostRig = """
        rig: hosts
        server: harness-broker
        group: p256
        profile: rfc6628
        key_bits: 128
        timeouts: { handshake: 30 s, reply: 4 s, boot: 20 s }
        broker: { kind: embedded, address: 127.0.0.1, port: 0 }
        devices:
          host: { kind: host }
          other: { kind: host }
        roles:
          host: host
          board: other
        """;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<RunEvent> _events = [];

    public TestRun()
    {
        Folder = Directory.CreateTempSubdirectory("harness-steps-").FullName;
        Environment = new RunEnvironment(RigFile.Parse(HostRig, Path.Combine(Folder, "rig.yaml")), new Sink(_events), Folder, _stop.Token);
    }

    public string Folder { get; }

    public RunEnvironment Environment { get; }

    public IReadOnlyList<RunEvent> Events => _events;

    public void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await Environment.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(Folder, true);
    }

    private sealed class Sink(List<RunEvent> events) : IRunSink
    {
        public void Write(RunEvent e)
        {
            lock (events)
            {
                events.Add(e);
            }
        }
    }
}
