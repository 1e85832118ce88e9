using System.Collections.Concurrent;

namespace Harness.Cli.Tests.Shell;

/// <summary>
/// The program in processes that stay: each command is a call of the program's own entry, with its own folder and streams. A start costs about a second of
/// processor time, and most tests look at arguments, output and status alone; what is about the process itself goes through <see cref="HarnessProcess"/>.
/// </summary>
internal sealed class WarmProgram : IDisposable
{
    private static readonly SemaphoreSlim Free = new(Math.Max(2, Environment.ProcessorCount));
    private static readonly ConcurrentBag<WarmProgram> Idle = [];

    private readonly StringBuilder _printed = new();
    private readonly Process _process;
    private readonly Socket _socket;
    private readonly StreamReader _answers;
    private readonly StreamWriter _requests;

    private WarmProgram(Process process, Socket socket)
    {
        (_process, _socket) = (process, socket);
        var stream = new NetworkStream(socket);
        (_answers, _requests) = (new StreamReader(stream), new StreamWriter(stream) { AutoFlush = true });
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The command with its folder and streams.</param>
    /// <param name="limit">Time after which the command counts as hanging; its process is ended then.</param>
    /// <exception cref="AssertionException">The command did not end in time, or its process ended without an answer.</exception>
    public static async Task<Ended> RunAsync(WarmCommand command, TimeSpan limit)
    {
        await Free.WaitAsync();
        try
        {
            var program = Idle.TryTake(out var idle) ? idle : await StartAsync();
            try
            {
                var ended = await program.AnswerAsync(command).WaitAsync(limit);
                Idle.Add(program);
                return ended;
            }
            catch (Exception e) when (e is TimeoutException or IOException or JsonException)
            {
                program.Dispose();
                throw new AssertionException($"{string.Join(' ', command.Arguments)}: no end within {limit.TotalSeconds} s, or the process ended: {e.Message}\n{program._printed}", e);
            }
        }
        finally
        {
            Free.Release();
        }
    }

    /// <summary>Ends all processes.</summary>
    public static void EndAll()
    {
        while (Idle.TryTake(out var program))
        {
            program.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Processes.SignalGroup(_process.Id, Processes.Kill);
        _process.WaitForExit();
        _process.Dispose();
        _socket.Dispose();
    }

    private static async Task<WarmProgram> StartAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hw-{Guid.NewGuid():n}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var start = new ProcessStartInfo("setsid", ["dotnet", typeof(WarmProgram).Assembly.Location, WarmCommand.Mode, path])
        {
            WorkingDirectory = Path.GetTempPath(), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        HarnessProcess.SetEnvironment(start);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        var socket = await listener.AcceptAsync().WaitAsync(HarnessProcess.Limit);
        File.Delete(path);
        return new WarmProgram(process, socket);
    }

    private async Task<Ended> AnswerAsync(WarmCommand command)
    {
        await _requests.WriteLineAsync(JsonSerializer.Serialize(command));
        return JsonSerializer.Deserialize<Ended>(await _answers.ReadLineAsync() ?? throw new IOException("no answer"))!;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_printed)
        {
            _printed.AppendLine(line.Data);
        }
    }
}
