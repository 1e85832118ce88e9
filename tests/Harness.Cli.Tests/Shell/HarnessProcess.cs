namespace Harness.Cli.Tests.Shell;

/// <summary>A program's exit code and output.</summary>
internal sealed record Ended(int ExitCode, string Stdout, string Stderr)
{
    public override string ToString() => $"exit {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}

/// <summary>Runs the built program as a user's shell starts it, in a process group of its own that never outlives the test.</summary>
internal sealed class HarnessProcess : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _stdout = new();
    private readonly StringBuilder _stderr = new();
    private readonly Task _pumps;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _deadline = new(Limit);
    private TaskCompletionSource _changed = New();

    private HarnessProcess(Process process)
    {
        this._process = process;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _stdout), PumpAsync(process.StandardError, _stderr));
    }

    /// <summary>Path of the harness.dll built for these tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "harness.dll");

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts <c>harness ARGUMENTS</c> in a folder; standard input is a pipe that stays open.</summary>
    public static HarnessProcess Start(string folder, params IEnumerable<string> arguments) =>
        StartProgram(folder, "dotnet", [Program, .. arguments]);

    /// <summary>Starts any program in a folder.</summary>
    public static HarnessProcess StartProgram(string folder, string program, params IEnumerable<string> arguments)
    {
        // setsid(1) executes the program in a session of its own: the id is both the program's and its group's.
        var start = new ProcessStartInfo("setsid", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        SetEnvironment(start);
        return new HarnessProcess(Process.Start(start)!);
    }

    /// <summary>Sets the variables that every test has.</summary>
    public static void SetEnvironment(ProcessStartInfo start)
    {
        start.Environment["HARNESS_ROOT"] = ProductPaths.Root;
        start.Environment["TERM"] = "dumb";
        start.Environment["DOTNET_NOLOGO"] = "1";
    }

    /// <summary>Runs <c>harness ARGUMENTS</c> to its end, with nothing on standard input, in a process that stays for the next command.</summary>
    public static Task<Ended> RunAsync(string folder, params IEnumerable<string> arguments) =>
        WarmProgram.RunAsync(new WarmCommand(folder, [.. arguments]), Limit);

    /// <summary>Runs <c>harness ARGUMENTS</c> to its end, with nothing on standard input, in a process of its own.</summary>
    public static Task<Ended> RunAloneAsync(string folder, params IEnumerable<string> arguments) => RunAsync(folder, "", arguments);

    /// <summary>Runs <c>harness ARGUMENTS</c> to its end, with bytes on standard input.</summary>
    public static Task<Ended> RunAsync(string folder, string input, IEnumerable<string> arguments) =>
        RunProgramAsync(folder, input, "dotnet", [Program, .. arguments]);

    /// <summary>Runs any program to its end.</summary>
    public static async Task<Ended> RunProgramAsync(string folder, string input, string program, params IEnumerable<string> arguments)
    {
        await using var running = StartProgram(folder, program, arguments);
        await running.SayAsync(input);
        running.Input.Close();
        return await running.EndAsync();
    }

    /// <summary>Writes to the program's standard input; a program that does not read it is no error.</summary>
    public async Task SayAsync(string text)
    {
        try
        {
            await Input.WriteAsync(text);
            await Input.FlushAsync();
        }
        catch (IOException)
        {
            // It ended, or closed its input: the test checks its effects, not its input.
        }
    }

    public void Signal(int signal) => Processes.Signal(Id, signal);

    /// <summary>Waits until the program wrote a text to either stream, and returns all of that stream so far.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                foreach (var stream in (StringBuilder[])[_stdout, _stderr])
                {
                    if (stream.ToString() is var seen && seen.Contains(text, StringComparison.Ordinal))
                    {
                        return seen;
                    }
                }

                next = _changed.Task;
            }

            if (_pumps.IsCompleted && next == _changed.Task)
            {
                throw new AssertionException($"it ended without writing \"{text}\":\n{Seen()}");
            }

            await Within(Task.WhenAny(next, _pumps), $"it wrote no \"{text}\"");
        }
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<Ended> EndAsync(TimeSpan? limit = null)
    {
        if (limit is { } longer)
        {
            _deadline.CancelAfter(longer);
        }

        await Within(_process.WaitForExitAsync(), "it did not end");
        await Within(_pumps, "something it started holds its output open");
        return Seen();
    }

    public async ValueTask DisposeAsync()
    {
        Processes.SignalGroup(Id, Processes.Kill);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        _deadline.Dispose();
    }

    private async Task Within(Task task, string complaint)
    {
        try
        {
            await task.WaitAsync(_deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"{complaint} within {Limit.TotalSeconds} s:\n{Seen()}");
        }
    }

    private Ended Seen()
    {
        lock (_gate)
        {
            return new Ended(_process.HasExited ? _process.ExitCode : int.MinValue, _stdout.ToString(), _stderr.ToString());
        }
    }

    private async Task PumpAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        for (var read = await from.ReadAsync(buffer); read > 0; read = await from.ReadAsync(buffer))
        {
            lock (_gate)
            {
                to.Append(buffer, 0, read);
                var was = _changed;
                _changed = New();
                was.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
