using System.ComponentModel;
using Harness.Brokers.Conformance.Clients;

namespace Harness.Cli.Commands.Conformance;

/// <summary>
/// A device that is a command, in a session of its own. It ends with everything that it started when the harness ends, also by SIGKILL: a shell kills its session when
/// the end of its standard input comes. A line there asks the session to end by SIGTERM.
/// </summary>
internal sealed class DeviceCommand : IDeviceRun
{
    // Handlers, unlike ignored signals, are not inherited: the device gets SIGTERM as it always does.
    private const string Leash =
        """
        trap : TERM
        exec 3<&0 >>"$1" 2>&1
        /bin/sh -c "$2" </dev/null 3<&- & child=$!
        { trap : TERM; read -r word && kill -TERM 0; while read -r word; do :; done; kill -KILL 0; } <&3 & watch=$!
        while :; do wait "$child"; status=$?; kill -0 "$child" 2>/dev/null || break; done
        kill -KILL "$watch"
        exit "$status"
        """;

    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);
    private readonly Process _leash;
    private readonly string _log;
    private int _disposed;

    private DeviceCommand(Process leash, string log) => (_leash, _log, Ended) = (leash, log, leash.WaitForExitAsync());

    public Task Ended { get; }

    public string LastWords => File.Exists(_log) ? ForeignText.Line(File.ReadLines(_log).LastOrDefault(line => line.Trim().Length > 0) ?? "") : "";

    /// <summary>Starts the command.</summary>
    /// <param name="command">The command for /bin/sh; <c>{host}</c>, <c>{port}</c> and <c>{mqtt}</c> (311 or 5) stand for address and version, which the environment tells too.</param>
    /// <param name="server">The address to connect to.</param>
    /// <param name="version">The version to speak, where the command can be told.</param>
    /// <param name="log">Takes what the device prints.</param>
    /// <exception cref="MqttNotConnectedException">It cannot be started.</exception>
    public static DeviceCommand Start(string command, IPEndPoint server, MqttVersion version, string log)
    {
        var (host, port, mqtt) = (server.Address.ToString(), server.Port.ToString(CultureInfo.InvariantCulture), version == MqttVersion.V5 ? "5" : "311");
        var told = command.Replace("{host}", host, StringComparison.Ordinal).Replace("{port}", port, StringComparison.Ordinal).Replace("{mqtt}", mqtt, StringComparison.Ordinal);
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Leash, "device", log, told]) { RedirectStandardInput = true };
        (start.Environment["HARNESS_HOST"], start.Environment["HARNESS_PORT"], start.Environment["HARNESS_MQTT"]) = (host, port, mqtt);
        try
        {
            return new DeviceCommand(Process.Start(start)!, log);
        }
        catch (Win32Exception e)
        {
            throw new MqttNotConnectedException($"the device's command cannot be started ({e.Message}); next: command -v setsid", e);
        }
    }

    public void AskToEnd()
    {
        try
        {
            _leash.StandardInput.WriteLine("end");
            _leash.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It had ended.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            _leash.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had ended.
        }

        if (await Task.WhenAny(Ended, Task.Delay(EndWithin)) != Ended)
        {
            _leash.Kill(entireProcessTree: true);
        }

        _leash.Dispose();
    }
}
