using Harness.Brokers.StandAlone;
using Harness.Mqtt.Broker;

namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of the broker that a rig names: its program, its password file, its place.</summary>
internal static class BrokerChecks
{
    private static readonly TimeSpan LoginWithin = TimeSpan.FromSeconds(5);

    /// <summary>Says what the broker can, and whether its program and its password are there.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="driver">The declaration of the broker's driver.</param>
    public static IEnumerable<Finding> Of(RigFile rig, BrokerDriverAttribute driver)
    {
        var component = $"broker {driver.Name}";
        if (driver.Can.Length > 0)
        {
            yield return driver.Program.Length == 0 || BrokerProcess.TryFind(driver.Program) is not null
                ? Finding.Ok(component, driver.Can)
                : Finding.Broken(component, $"{driver.Program} is not installed", BrokerProcess.InstallCommand(driver.Package));
        }

        if (rig.Broker.User is not null)
        {
            yield return Password(rig, component);
        }
    }

    /// <summary>Checks that an external broker is there, and lets the harness in as the rig says.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="start">Starts its broker: for one that stands elsewhere, a login.</param>
    /// <param name="stop">Stops waiting.</param>
    public static async Task<IReadOnlyList<Finding>> ExternalAsync(RigFile rig, StartMqttBroker start, CancellationToken stop)
    {
        var port = await ReachableAsync(rig, stop);
        return port.Health == Health.Broken ? [port] : [port, await LoginAsync(rig, start, stop)];
    }

    private static async Task<Finding> LoginAsync(RigFile rig, StartMqttBroker start, CancellationToken stop)
    {
        const string component = "broker login";
        var user = rig.Broker.User is { } name ? $"user {ForeignText.Quote(name)}" : "no user";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LoginWithin);
        try
        {
            await using var broker = await start(new MqttBrokerOptions { AllowAnonymous = true, Address = rig.Broker.Address, Port = rig.Broker.Port }, limit.Token);
            return Finding.Ok(component, $"lets the harness in with {user}");
        }
        catch (Exception e) when (e is MqttException or FormatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var seen = e is OperationCanceledException ? $"no answer within {LoginWithin.TotalSeconds:0} s" : ForeignText.Escape(e.Message, ForeignText.MessageLength);
            return Finding.Broken(component, $"with {user}: {seen}", $"${{EDITOR:-nano}} {ShellWord.Quote(ProductPaths.Display(rig.Path))}");
        }
    }

    private static async Task<Finding> ReachableAsync(RigFile rig, CancellationToken stop)
    {
        var host = rig.Broker.Setup.Host ?? rig.Broker.Address.ToString();
        var port = rig.Broker.Port != 0 ? rig.Broker.Port : rig.Broker.Setup.Tls ? 8883 : 1883;
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await client.ConnectAsync(host, port, limit.Token);
            return Finding.Ok("broker port", $"{host}:{port} takes connections");
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return Finding.Broken("broker port", $"{host}:{port}: {(e is SocketException ? e.Message : "no answer within 2 s")}", $"getent hosts {ShellWord.Quote(host)}, then nc -vz {ShellWord.Quote(host)} {port}");
        }
    }

    private static Finding Password(RigFile rig, string component)
    {
        try
        {
            _ = SecretFile.ReadLine(rig.Broker.PasswordFile!);
            return Finding.Ok($"{component} password", $"user {rig.Broker.User}, {ProductPaths.Display(rig.Broker.PasswordFile!)}, readable by you alone");
        }
        catch (FormatException e)
        {
            return Finding.Broken($"{component} password", e.Message, $"chmod 600 {ShellWord.Quote(rig.Broker.PasswordFile!)}");
        }
    }
}
