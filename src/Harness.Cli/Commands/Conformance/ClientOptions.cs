using Harness.Brokers.Conformance.Clients;

namespace Harness.Cli.Commands.Conformance;

/// <summary>The options that name a device which connects, and its judgement.</summary>
internal sealed class ClientOptions
{
    private readonly Option<bool> _client = new("--client") { Description = "judges a device that connects, in place of a broker" };
    private readonly Option<string?> _listen = new("--listen") { Description = "[ADDR:]PORT that the device connects to [default: 127.0.0.1:0, a free port]" };
    private readonly Option<string?> _run = new("--run") { Description = "a command that is the device, started anew for each script and ended after it" };
    private readonly Option<int> _observe = new("--observe") { Description = "seconds for which a device is watched that does as it likes", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _patience = new("--patience") { Description = "seconds to wait for a device that a person starts", DefaultValueFactory = _ => 60 };

    public void AddTo(Command command)
    {
        _observe.Validators.Add(CommandHost.Between(1, 600));
        _patience.Validators.Add(CommandHost.Between(1, 3600));
        foreach (var option in new Option[] { _client, _listen, _run, _observe, _patience })
        {
            command.Add(option);
        }
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_client);

    /// <summary>The first option that is about a device and stands without <c>--client</c>; null where there is none.</summary>
    public string? Stray(ParseResult parsed) => IsGiven(parsed) ? null
        : new Option[] { _listen, _run, _observe, _patience }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Judges the device.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> JudgeAsync(ConformanceRequest request, ParseResult parsed, CancellationToken stop)
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
