using Harness.Adversary.ClientTls;

namespace Harness.Cli.Commands.Clients;

/// <summary>The command line of a client under test, as <c>--run</c> gives it. /bin/sh runs it anew for each try, with words in braces replaced, and it is ended with all that it started.</summary>
/// <param name="template">The command with its words in braces.</param>
/// <param name="secret">A password that stands in it, which is taken out of what is shown; null for none.</param>
internal sealed class ClientCommand(string template, string? secret)
{
    private const int MostLines = 5;
    private const int LongestLine = 300;
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Queue<string> _printed = new();

    /// <summary>The latest lines that it printed, for the person who typed it: they go into no record, as the client may print what it likes.</summary>
    public string Printed
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _printed);
            }
        }
    }

    /// <summary>Starts it on the leash of <see cref="LeashedShell"/>.</summary>
    /// <param name="words">Replacements of the words in braces, which are quoted where the shell would split them.</param>
    public IStartedClient Start(IReadOnlyDictionary<string, string> words)
    {
        var line = words.Aggregate(template, (text, word) => text.Replace($"{{{word.Key}}}", ShellWord.Quote(word.Value), StringComparison.Ordinal));
        var start = LeashedShell.Of(line);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Running(process);
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_gate)
        {
            _printed.Enqueue(ForeignText.Escape(secret is null ? line : line.Replace(secret, "<redacted>", StringComparison.Ordinal), LongestLine));
            if (_printed.Count > MostLines)
            {
                _printed.Dequeue();
            }
        }
    }

    private sealed class Running : IStartedClient
    {
        private readonly Process _process;

        public Running(Process process) => (_process, Ended) = (process, EndAsync(process));

        public Task Ended { get; }

        public int? Status => Ended.IsCompleted ? _process.ExitCode : null;

        public async ValueTask DisposeAsync()
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It had ended by itself.
            }

            await Ended.WaitAsync(EndWithin).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!Ended.IsCompleted)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync().WaitAsync(ReadWithin).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its last lines
            _process.Dispose();
        }

        // Not WaitForExitAsync, which waits for whoever else holds the output open.
        private static Task EndAsync(Process process)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            process.Exited += (_, _) => ended.TrySetResult();
            process.EnableRaisingEvents = true; // after the handler, or an end in between is lost
            return ended.Task;
        }
    }
}

/// <summary>A client that somebody else starts.</summary>
internal sealed class ClientBySomebody : IStartedClient
{
    /// <inheritdoc/>
    public Task Ended { get; } = new TaskCompletionSource().Task;

    /// <inheritdoc/>
    public int? Status => null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
