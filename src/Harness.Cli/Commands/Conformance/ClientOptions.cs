using Harness.Brokers.Conformance.Clients;

namespace Harness.Cli.Commands.Conformance;

/// <summary>The options that name a device which connects, and its judgement.</summary>
internal sealed class ClientOptions
{
    private readonly Option<bool> _client = new("--client") { Description = "judges a device that connects, in place of a broker" };
    private readonly Option<string?> _listen = new("--listen") { Description = "[ADDR:]PORT that the device connects to [default: 127.0.0.1:0, a free port]" };
    private readonly Option<string?> _run = new("--run") { Description = "a command that is the device, started anew for each script and ended after it" };
    private readonly Option<string?> _device = new("--device") { Description = "a device or role of --rig [default: rigs/sim.yaml]: an external one by its own program, another behind the harness's client" };
    private readonly Option<int> _observe = new("--observe") { Description = "seconds for which a device is watched that does as it likes", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _patience = new("--patience") { Description = "seconds to wait for a device that a person starts", DefaultValueFactory = _ => 60 };

    public void AddTo(Command command)
    {
        _observe.Validators.Add(CommandHost.Between(1, 600));
        _patience.Validators.Add(CommandHost.Between(1, 3600));
        foreach (var option in new Option[] { _client, _listen, _run, _device, _observe, _patience })
        {
            command.Add(option);
        }
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_client);

    /// <summary>The first option that is about a device and stands without <c>--client</c>; null where there is none.</summary>
    public string? Stray(ParseResult parsed) => IsGiven(parsed) ? null
        : new Option[] { _listen, _run, _device, _observe, _patience }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Judges the device.</summary>
    /// <param name="request">The statements.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="rig">The rig as typed; null where none was.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The exit status.</returns>
    public Task<int> JudgeAsync(ConformanceRequest request, ParseResult parsed, string? rig, CancellationToken stop) => (parsed.GetValue(_device), rig) switch
    {
        (null, not null) => throw new FormatException("--client judges a device of --rig by --device NAME; next: ./harness conformance --help"),
        (not null, _) when parsed.GetValue(_run) is not null => throw new FormatException("the device is one of a rig, and --run names another; next: ./harness conformance --help"),
        ({ } device, _) => JudgeOfRigAsync(request, parsed, rig ?? ProductPaths.DefaultRig, device, stop),
        _ => JudgeAsync(request, parsed, stop),
    };

    private async Task<int> JudgeOfRigAsync(ConformanceRequest request, ParseResult parsed, string typed, string name, CancellationToken stop)
    {
        var path = ProductPaths.Resolve(typed);
        var rig = RigFile.Load(path);
        _ = DeviceArgument.Find(rig, name); // a mistake is told before there is a record
        using var run = RecordedRun.Open(new RecordRequest(request.OutDir, typed, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(rig, path, "./harness conformance --client", request.Statements.Count);
            return await run.ConcludingAsync(
                async () =>
                {
                    await using var device = RigDevice.Open(rig, name, run);
                    var typedListen = parsed.GetValue(_listen);
                    var listen = typedListen is null ? new IPEndPoint(rig.Broker.Address, device.IsStartedByHand ? rig.Broker.Port : 0) : Address(typedListen);
                    var client = new ClientUnderTest(listen)
                    {
                        Start = device.IsStartedByHand ? null : (server, _) => device.Start(server), IsOne = true, Authenticator = device.Authenticator,
                        Listening = device.IsStartedByHand ? endpoint => StandardStreams.Error.WriteLine($"listening on {endpoint}: start {ForeignText.Name(name)}; each script waits for it to connect again") : null,
                        ObserveFor = TimeSpan.FromSeconds(parsed.GetValue(_observe)), ConnectWithin = device.IsStartedByHand ? TimeSpan.FromSeconds(parsed.GetValue(_patience)) : device.ComesWithin,
                    };
                    var subject = new ConformanceSubject("device", device.Shown, listen.Port == 0 ? listen.Address.ToString() : listen.ToString(), $"--device {ShellWord.Quote(name)}");
                    return await ConformanceJudgement.RunAsync(run, request, subject, told => ClientConformanceRun.RunAsync(client, [.. request.Statements.Cast<ClientStatement>()], told, stop));
                },
                () => { }); // the judgement ends the record of one that is stopped
        });
    }

    private async Task<int> JudgeAsync(ConformanceRequest request, ParseResult parsed, CancellationToken stop)
    {
        var listen = Address(parsed.GetValue(_listen));
        var command = parsed.GetValue(_run);
        if (command is not null && listen.Port == 0 && !command.Contains("{port}", StringComparison.Ordinal) && !command.Contains("HARNESS_PORT", StringComparison.Ordinal))
        {
            throw new FormatException("--run names no {port}, so the device would not find the harness; next: ./harness conformance --help");
        }

        using var run = RecordedRun.Open(new RecordRequest(request.OutDir, null, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            var shown = command is null ? "a device" : Program(command);
            run.Begin(shown, "./harness conformance --client", request.Statements.Count, "device");
            var client = new ClientUnderTest(listen)
            {
                Start = command is null ? null : (server, version) => DeviceCommand.Start(command, server, version, Path.Combine(run.Folder, "device.log")),
                SpeaksBoth = command?.Contains("{mqtt}", StringComparison.Ordinal) == true || command?.Contains("HARNESS_MQTT", StringComparison.Ordinal) == true,
                Listening = endpoint => StandardStreams.Error.WriteLine($"listening on {endpoint}{(command is null ? ": start the device; each script waits for it to connect again" : "")}"),
                ObserveFor = TimeSpan.FromSeconds(parsed.GetValue(_observe)),
                ConnectWithin = TimeSpan.FromSeconds(command is null ? parsed.GetValue(_patience) : 10),
            };
            // The command itself may hold a password, so it stands in no record.
            var again = command is null ? $"--listen {listen}" : "--run \"$DEVICE\"";
            var subject = new ConformanceSubject("device", shown, listen.Port == 0 ? listen.Address.ToString() : listen.ToString(), again);
            return await ConformanceJudgement.RunAsync(run, request, subject, told => ClientConformanceRun.RunAsync(client, [.. request.Statements.Cast<ClientStatement>()], told, stop));
        });
    }

    private static IPEndPoint Address(string? typed) => typed switch
    {
        null => new IPEndPoint(IPAddress.Loopback, 0),
        _ when ushort.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => new IPEndPoint(IPAddress.Loopback, port),
        _ when typed.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(typed, out var endpoint) => endpoint,
        _ => throw new FormatException($"--listen takes [ADDR:]PORT with an address of this machine, saw \"{ForeignText.Line(typed)}\"; next: ./harness conformance --client --listen 127.0.0.1:1883"),
    };

    /// <summary>The program of a command, without its path and arguments.</summary>
    private static string Program(string command) =>
        command.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => !word.Contains('=')) is { } word ? Path.GetFileName(word.Trim('\'', '"')) : "a device";
}
