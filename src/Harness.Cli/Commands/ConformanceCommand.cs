using System.Net;
using System.Net.Sockets;
using Harness.Brokers.Conformance;
using Harness.Cli.Commands.Conformance;
using Harness.Mqtt;
using Harness.Mqtt.Broker;

namespace Harness.Cli.Commands;

/// <summary><c>harness conformance</c>: decides numbered statements of the MQTT standards at a broker.</summary>
internal static class ConformanceCommand
{
    private const int AtOnce = 8;

    public static Command Create()
    {
        var broker = new Option<string?>("--broker") { Description = "HOST:PORT of a broker that runs" };
        var own = new Option<string?>("--i-own") { Description = "the same HOST:PORT again, where it leads beyond this machine: that the broker is yours to try" };
        var rig = new Option<string?>("--rig") { Description = "a rig file: starts its broker on a free port and takes that" };
        var version = new Option<string?>("--mqtt") { Description = "statements of one version alone: 3.1.1 or 5.0" };
        version.AcceptOnlyFromAmong("3.1.1", "5.0");
        var only = new Option<string[]>("--statement") { Description = "one statement alone, by its number; may be given again", DefaultValueFactory = _ => [] };
        var user = new Option<string?>("--user") { Description = "user name of every login" };
        var password = new Option<string?>("--password-file") { Description = "file whose first line is the password; nobody else may read it (mode 600)" };
        var list = new Option<bool>("--list") { Description = "lists the statements and runs none" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("conformance",
            """
            Decides numbered normative statements of MQTT 3.1.1 and 5.0 at a broker, byte by byte, each within a time limit. A verdict is: conforms,
            violates, absent (an optional feature that the broker says it does not offer), or not decided. It uses topics below conformance/ and client
            names of its own and removes what it made the broker keep. A name is resolved once, and only the address that was checked is connected to.

            Exit status: 0 nothing is violated and all is decided; 1 a statement is violated; 2 usage; 3 no broker there; 4 something is not decided.

            Examples:
              ./harness conformance --broker 127.0.0.1:1883
              ./harness conformance --broker lab-broker:1883 --i-own lab-broker:1883 --user tester --password-file broker.password
              ./harness conformance --rig rigs/posix.yaml --mqtt 5.0 --json
              ./harness conformance --broker 127.0.0.1:1883 --statement MQTT-4.7.1-3
              ./harness conformance --list
            """) { broker, own, rig, version, only, user, password, list, json };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(broker), parsed.GetValue(own), parsed.GetValue(rig), parsed.GetValue(version), parsed.GetValue(only)!,
            parsed.GetValue(user), parsed.GetValue(password), parsed.GetValue(list), parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(
        string? broker, string? own, string? rig, string? version, string[] only, string? user, string? passwordFile, bool list, bool json, CancellationToken stop)
    {
        var statements = Statement.All.Where(s => (version ?? s.VersionName) == s.VersionName && (only.Length == 0 || only.Contains(s.Number, StringComparer.OrdinalIgnoreCase))).ToList();
        if (only.FirstOrDefault(number => Statement.All.All(s => !s.Number.Equals(number, StringComparison.OrdinalIgnoreCase))) is { } unknown)
        {
            throw new FormatException($"there is no statement {unknown}; next: ./harness conformance --list");
        }

        if (list)
        {
            Console.Out.WriteLine(json ? ConformanceReport.RenderJson(statements) : ConformanceReport.Render(statements));
            return ExitCodes.Pass;
        }

        if ((broker is null) == (rig is null))
        {
            throw new FormatException("a broker is named by --broker HOST:PORT, or by --rig FILE; next: ./harness conformance --help");
        }

        var secret = passwordFile is null ? null : PasswordFile.Read(ProductPaths.Resolve(passwordFile));
        await using var started = rig is null ? null : await StartAsync(rig, stop);
        var address = started?.Endpoint ?? await OwnedAddress.ResolveAsync(broker!, own, stop);
        await KnockAsync(address, stop);
        var under = new BrokerUnderTest(address) { User = user, Password = secret };
        var outcomes = await RunAsync(under, statements, stop);
        var shown = broker ?? $"the broker of {ProductPaths.Display(ProductPaths.Resolve(rig!))}";
        Console.Out.WriteLine(json ? ConformanceReport.RenderJson(shown, address, outcomes) : ConformanceReport.Render(shown, address, outcomes));
        return ConformanceReport.ExitCode(outcomes);
    }

    private static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(BrokerUnderTest under, List<Statement> statements, CancellationToken stop)
    {
        var (done, violated) = (0, 0);
        var updating = StandardStreams.ErrorCanRewrite;
        try
        {
            return await ConformanceRun.RunAsync(under, statements, AtOnce, Told, stop);
        }
        finally
        {
            if (updating)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }
        }

        void Told(ConformanceOutcome outcome)
        {
            violated += outcome.Finding.Verdict == ConformanceVerdict.Violates ? 1 : 0;
            done++;
            if (updating)
            {
                StandardStreams.Error.Write($"{StandardStreams.EraseLine}{done}/{statements.Count} statements, {violated} violated");
            }
        }
    }

    private static async Task<IMqttBroker> StartAsync(string rig, CancellationToken stop)
    {
        var file = RigFile.Load(ProductPaths.Resolve(rig));
        return await BuiltDrivers.For(file).Broker(file)(new MqttBrokerOptions { AllowAnonymous = true }, stop);
    }

    // A broker that is not there would leave every statement undecided.
    private static async Task KnockAsync(IPEndPoint address, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await socket.ConnectAsync(address, limit.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new MqttNotConnectedException($"no broker at {address} ({e.Message}); expected one that listens; next: ss -ltnp 'sport = :{address.Port}'", e);
        }
    }
}
