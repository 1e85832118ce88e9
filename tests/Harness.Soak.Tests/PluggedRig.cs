using System.Diagnostics;

namespace Harness.Soak.Tests;

/// <summary>A rig of two boards behind serial adapters that can be pulled: each a process behind a stable name that udev would give it.</summary>
internal sealed class PluggedRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, PluggedBoard> _boards = [];

    private PluggedRig()
    {
        foreach (var name in (string[])["u1", "u2"])
        {
            _boards[name] = new PluggedBoard(_folder.File(name));
        }

        var climate = SoakSensor.IsReal ? "{kind: bme280, driver: i2c, bus: /dev/i2c-0, address: 0x76}" : "{kind: bme280, driver: model}";
        File.WriteAllText(Path, $$"""
            rig: plug
            server: harness-broker
            group: p256
            profile: as-published
            key_bits: 128
            broker: {kind: embedded, address: 127.0.0.1, port: 0}
            devices:
              u1: {kind: serial, driver: tty, port: "{{_folder.File("u1")}}", provenance: host, tick_unit: ns}
              u2: {kind: serial, driver: tty, port: "{{_folder.File("u2")}}", provenance: host, tick_unit: ns}
            roles: {board: u1, second board: u2}
            sensors:
              climate: {{climate}}
            """);
    }

    /// <summary>The rig file.</summary>
    public string Path => _folder.File("plug.yaml");

    public PluggedBoard this[string name] => _boards[name];

    public static async Task<PluggedRig> StartAsync()
    {
        var rig = new PluggedRig();
        await rig.PlugInAsync();
        return rig;
    }

    /// <summary>Plugs in what was pulled.</summary>
    public async Task PlugInAsync()
    {
        foreach (var board in _boards.Values.Where(board => !board.IsThere))
        {
            await board.PlugInAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var board in _boards.Values)
        {
            await board.PullAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>One board with its adapter.</summary>
/// <param name="port">Its stable name, a link to the node of the moment.</param>
internal sealed class PluggedBoard(string port)
{
    private Process? _process;

    public bool IsThere => _process is not null;

    /// <summary>Plugs it in; one that is there comes up at another node, and is gone from the one before.</summary>
    public async Task PlugInAsync()
    {
        var before = _process;
        _process = Process.Start(new ProcessStartInfo(TestEnvironment.Firmware("leash"), [TestEnvironment.Firmware("posix")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var node = await _process.StandardOutput.ReadLineAsync(TestEnvironment.Timeout()) ?? throw new IOException("the firmware ended at once");
        File.Delete(port);
        File.CreateSymbolicLink(port, node);
        await EndAsync(before);
    }

    public async Task PullAsync()
    {
        File.Delete(port);
        var process = _process;
        _process = null;
        await EndAsync(process);
    }

    private static async Task EndAsync(Process? process)
    {
        if (process is not null)
        {
            process.StandardInput.Close(); // the leash ends its process with its input
            await process.WaitForExitAsync(TestEnvironment.Timeout());
            process.Dispose();
        }
    }
}
