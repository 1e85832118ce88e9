using Harness.Brokers.Conformance;
using Harness.Brokers.Load;
using Harness.Crypto.AugPake;

namespace Harness.Cli.Commands.Load;

/// <summary>A broker under load: one that was started here in a process of its own, or one that runs elsewhere.</summary>
internal sealed class LoadBroker : IAsyncDisposable
{
    /// <summary>The AugPAKE account that a broker of this project's has.</summary>
    public const string Client = "load-client";

    private const string Server = "load";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    // The shell ends the broker when this process's end of its standard input closes, however this process ends.
    private const string Leash = "\"$@\" </dev/null & p=$!; echo $p; trap 'kill $p' TERM INT; cat >/dev/null; kill $p; wait $p";

    private readonly Process? _leash;
    private readonly string? _folder;

    private LoadBroker(string name, BrokerUnderTest broker, BrokerProcessInfo? process, Process? leash = null, string? folder = null) =>
        (Name, Broker, Process, _leash, _folder) = (name, broker, process, leash, folder);

    /// <summary>The names that <c>--compare</c> takes.</summary>
    public static IReadOnlyList<string> Known { get; } = ["ours", "mosquitto", "mqttnet"];

    /// <summary>Its name in tables.</summary>
    public string Name { get; }

    /// <summary>Its address and login.</summary>
    public BrokerUnderTest Broker { get; }

    /// <summary>Its process; null where it is not known.</summary>
    public BrokerProcessInfo? Process { get; }

    /// <summary>The identities that it knows by AugPAKE, by group; empty for a broker that has none.</summary>
    public IReadOnlyList<PartyIdentity> Identities { get; private init; } = [];

    /// <summary>A broker that runs already.</summary>
    public static LoadBroker At(string typed, BrokerUnderTest broker, int? processId) => new(typed, broker, processId is { } id ? new BrokerProcessInfo(id) : null);

    /// <summary>Starts a broker on a free port of loopback, in a process of its own.</summary>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="connections">Connections that it must take.</param>
    /// <param name="groups">AugPAKE groups to enrol a client for.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttNotConnectedException">It does not start; the message says the reason and the next command.</exception>
    public static async Task<LoadBroker> StartAsync(string name, int connections, IReadOnlyList<string> groups, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("harness-load-").FullName;
        Process? leash = null;
        try
        {
            var identities = name == "mosquitto" ? [] : Enrol(Path.Combine(folder, "accounts.yaml"), groups);
            leash = Start(name == "mosquitto" ? Mosquitto(folder) : Own(name, folder, connections, identities.Count > 0));
            var (process, port) = await StartedAsync(name, leash, folder, stop);
            return new LoadBroker(name, new BrokerUnderTest(new IPEndPoint(IPAddress.Loopback, port)) { Prefix = "load" }, new BrokerProcessInfo(process), leash, folder) { Identities = identities };
        }
        catch
        {
            await EndAsync(leash, folder);
            throw;
        }
    }

    /// <summary>Ends the broker that was started, and removes its folder.</summary>
    public ValueTask DisposeAsync() => EndAsync(_leash, _folder);

    private static List<PartyIdentity> Enrol(string file, IReadOnlyList<string> groups)
    {
        // The password lives as long as this process and its brokers; nothing but the verifier is written.
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var identities = new List<PartyIdentity>();
        foreach (var group in groups)
        {
            // A client of its own for each worker: a second login of one name ends the first.
            for (var i = 0; i < LoginLoad.Clients; i++)
            {
                var identity = new PartyIdentity($"{Client}-{group}-{i}", Server, password, group, AugPakeProfile.Rfc6628.Name());
                var known = AugPakeGroup.ByName(group);
                AccountFileAppend.Append(
                    file, new Account(identity.Client, Server, known, AugPakeProfile.Rfc6628, Verifier.ComputeW(known, AugPakeProfile.Rfc6628, identity.Client, Server, password)));
                identities.Add(identity);
            }
        }

        return identities;
    }

    private static IReadOnlyList<string> Own(string name, string folder, int connections, bool accounts) =>
    [
        .. PowerCommand.Program, "broker", "--port", "0", "--server-name", Server, "--allow-anonymous", "--kind", name == "ours" ? "embedded" : name,
        "--max-connections", (connections + 200).ToString(CultureInfo.InvariantCulture), .. accounts ? new[] { "--accounts", Path.Combine(folder, "accounts.yaml") } : [],
    ];

    private static IReadOnlyList<string> Mosquitto(string folder)
    {
        var program = new[] { "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto" }.FirstOrDefault(File.Exists)
            ?? throw new MqttNotConnectedException("there is no mosquitto on this machine; next: sudo apt-get install mosquitto, or --compare ours,mqttnet");
        var port = FreePort();
        var config = Path.Combine(folder, "mosquitto.conf");
        // Its own user would not be allowed into the folder; messages are kept in memory alone and small packets sent at once, as ours does.
        File.WriteAllText(config, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\nuser {Environment.UserName}\n");
        return [program, "-c", config];
    }

    private static int FreePort()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("sh", ["-c", Leash, "load-broker", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HARNESS_HISTORY"] = "off";
        return System.Diagnostics.Process.Start(start)!;
    }

    /// <summary>Waits until it listens: ours says so, and Mosquitto in its log.</summary>
    private static async Task<(int Process, int Port)> StartedAsync(string name, Process leash, string folder, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartWithin);
        var said = new List<string>();
        try
        {
            var process = int.Parse(await leash.StandardOutput.ReadLineAsync(limit.Token) ?? "", CultureInfo.InvariantCulture);
            // Mosquitto logs to stderr, ours tells on stdout; whichever it is, the other is read away.
            var (told, other) = name == "mosquitto" ? (leash.StandardError, leash.StandardOutput) : (leash.StandardOutput, leash.StandardError);
            var rest = other.ReadToEndAsync(CancellationToken.None);
            while (await told.ReadLineAsync(limit.Token) is { } line)
            {
                said.Add(line);
                if (Listening(line, folder) is { } port)
                {
                    _ = DrainAsync(told);
                    return (process, port);
                }
            }

            said.Add(await rest.WaitAsync(limit.Token));
        }
        catch (Exception e) when (e is FormatException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            said.Add(e.Message);
        }

        throw new MqttNotConnectedException($"the broker {name} does not start: {ForeignText.Escape(string.Join(' ', said.TakeLast(3)), 300)}; next: ./harness doctor");
    }

    private static int? Listening(string line, string folder)
    {
        const string Ours = "listening on 127.0.0.1:";
        if (line.StartsWith(Ours, StringComparison.Ordinal))
        {
            return int.Parse(line[Ours.Length..line.IndexOf(' ', Ours.Length)], CultureInfo.InvariantCulture);
        }

        // "mosquitto version 2.0.11 running": the port is the one that its configuration names.
        return line.Contains(" running", StringComparison.Ordinal) && line.Contains("mosquitto version", StringComparison.Ordinal)
            ? int.Parse(File.ReadLines(Path.Combine(folder, "mosquitto.conf")).First().Split(' ')[1], CultureInfo.InvariantCulture)
            : null;
    }

    private static async Task DrainAsync(StreamReader lines)
    {
        try
        {
            while (await lines.ReadLineAsync(CancellationToken.None) is not null)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The broker ended.
        }
    }

    private static async ValueTask EndAsync(Process? leash, string? folder)
    {
        if (leash is not null)
        {
            leash.StandardInput.Close();
            await leash.WaitForExitAsync();
            leash.Dispose();
        }

        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
