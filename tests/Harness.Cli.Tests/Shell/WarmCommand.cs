namespace Harness.Cli.Tests.Shell;

/// <summary>A command for a process that stays.</summary>
/// <param name="Folder">The folder it is typed in.</param>
/// <param name="Arguments">The words after <c>./harness</c>.</param>
/// <param name="Output">A file that standard output is sent to; null to get what was printed.</param>
/// <param name="Variables">Variables that are set for this command alone; null for none.</param>
internal sealed record WarmCommand(string Folder, IReadOnlyList<string> Arguments, string? Output = null, IReadOnlyDictionary<string, string>? Variables = null)
{
    // What the runtime gives for an exception that nobody caught.
    private const int Aborted = 134;

    /// <summary>The word that makes this assembly a process that answers commands; it runs its tests otherwise.</summary>
    public const string Mode = "answer";

    /// <summary>Runs the tests, or answers commands, one after the other, until the other end of the socket closes.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Mode, var path])
        {
            return await MicrosoftTestingPlatformApplication.RunAsync(arguments);
        }

        Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var stream = new NetworkStream(socket);
        using var requests = new StreamReader(stream);
        await using var answers = new StreamWriter(stream) { AutoFlush = true };
        while (await requests.ReadLineAsync() is { } line)
        {
            await answers.WriteLineAsync(JsonSerializer.Serialize(await JsonSerializer.Deserialize<WarmCommand>(line)!.RunAsync()));
        }

        return 0;
    }

    private async Task<Ended> RunAsync()
    {
        var before = (Variables ?? new Dictionary<string, string>()).Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        foreach (var name in before.Keys)
        {
            Environment.SetEnvironmentVariable(name, Variables![name]);
        }

        Environment.CurrentDirectory = Folder;
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        StandardStreams.Install(() => Output is null ? output : new FileStream(Output, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), () => error);
        Console.SetIn(TextReader.Null);
        int exit;
        try
        {
            exit = StandardStreams.End(await CommandHost.InvokeAsync(CommandTree.Create([.. Arguments]), [.. Arguments]));
        }
        catch (Exception e)
        {
            error.Write(Encoding.UTF8.GetBytes($"Unhandled exception. {e}\n"));
            exit = Aborted;
        }

        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        Environment.CurrentDirectory = Path.GetTempPath(); // its folder may be removed
        return new Ended(exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
