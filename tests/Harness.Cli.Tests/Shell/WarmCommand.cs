namespace Harness.Cli.Tests.Shell;

/// <summary>A command for a process that stays.</summary>
/// <param name="Folder">The folder it is typed in.</param>
/// <param name="Arguments">The words after <c>./harness</c>.</param>
/// <param name="Output">A file that standard output is sent to; null to get what was printed.</param>
internal sealed record WarmCommand(string Folder, IReadOnlyList<string> Arguments, string? Output = null)
{
    // What the runtime gives for an exception that nobody caught.
    private const int Aborted = 134;

    /// <summary>Answers commands, one after the other, until the other end of the socket closes.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(arguments[0]));
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

        Environment.CurrentDirectory = Path.GetTempPath(); // its folder may be removed
        return new Ended(exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
