using System.ComponentModel;
using Harness.Brokers.Conformance.Clients;
using Harness.Cli.Commands.Clients;

namespace Harness.Cli.Commands.Conformance;

/// <summary>A device that is a command, on the leash of <see cref="LeashedShell"/>.</summary>
internal sealed class DeviceCommand : IDeviceRun
{
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
        var start = LeashedShell.Of(told, log);
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
