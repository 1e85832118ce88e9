using System.Net;
using System.Net.Sockets;
using System.Collections.Concurrent;
using System.Diagnostics;

namespace Harness.Sessions.Tests.Topics;

/// <summary>A real Mosquitto on an ephemeral loopback port, for one test. A test is left out where it is not installed.</summary>
internal sealed class StockBroker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private StockBroker(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        Endpoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="prepare">Writes files into its folder, and gives the lines of its settings that name them; null lets everybody in.</param>
    public static async Task<StockBroker> StartAsync(Func<string, Task<string>>? prepare = null)
    {
        var mosquitto = NeedsProgram.Find("mosquitto", "mosquitto");
        for (var tries = 0; ; tries++)
        {
            // It cannot choose a port by itself; one that was free just now may be taken, so it is tried again.
            var port = FreePort();
            var folder = Directory.CreateTempSubdirectory("stock-broker-").FullName;
            var file = Path.Combine(folder, "mosquitto.conf");
            await File.WriteAllTextAsync(file, $"listener {port} 127.0.0.1\n{(prepare is null ? "allow_anonymous true" : await prepare(folder))}\npersistence false\nlog_dest stderr\nlog_type all\nuser root\n");
            var process = new Process { StartInfo = new ProcessStartInfo(mosquitto, ["-c", file]) { RedirectStandardError = true } };
            var seen = new ConcurrentQueue<string>();
            var running = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.ErrorDataReceived += (_, e) =>
            {
                seen.Enqueue(e.Data ?? "");
                if (e.Data is null || e.Data.EndsWith(" running", StringComparison.Ordinal))
                {
                    running.TrySetResult(e.Data is not null);
                }
            };
            process.Start();
            process.BeginErrorReadLine();
            var broker = new StockBroker(process, folder, port);
            if (await running.Task.WaitAsync(TimeSpan.FromSeconds(20)).ContinueWith(t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
            {
                return broker;
            }

            await broker.DisposeAsync();
            if (tries == 3)
            {
                throw new InvalidOperationException($"mosquitto does not start: {string.Join(" | ", seen)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
