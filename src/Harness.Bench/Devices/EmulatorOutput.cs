using System.Text.RegularExpressions;

namespace Harness.Bench.Devices;

/// <summary>The output of an emulator: the name of its pseudo-terminal, and the reason for which it ends. It is drained for as long as the emulator runs, so that none blocks on a full pipe.</summary>
internal sealed partial class EmulatorOutput
{
    private const int KeptLines = 4; // what follows the reason is a dump of registers
    private static readonly TimeSpan ExitTime = TimeSpan.FromSeconds(1); // from the end of its line to its own, in which it may still write a core
    private readonly TaskCompletionSource<string> _terminal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _said = [];
    private readonly Process _leash;

    /// <summary>Begins to read the output of a started leash.</summary>
    public EmulatorOutput(Process leash)
    {
        _leash = leash;
        leash.OutputDataReceived += (_, e) => Take(e.Data);
        leash.ErrorDataReceived += (_, e) => Take(e.Data);
        leash.BeginOutputReadLine();
        leash.BeginErrorReadLine();
    }

    /// <summary>Its first words beside the name of its pseudo-terminal.</summary>
    public string Words
    {
        get
        {
            lock (_said)
            {
                return _said.Count == 0 ? "no output" : string.Join(" | ", _said);
            }
        }
    }

    /// <summary>Waits for the path of the pseudo-terminal.</summary>
    /// <returns>Null where the emulator ended, or the time passed, before it was named.</returns>
    public async Task<string?> TerminalAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(limit);
        if (await Task.WhenAny(_terminal.Task, _leash.WaitForExitAsync(either.Token)).ConfigureAwait(false) == _terminal.Task)
        {
            return await _terminal.Task.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Tells how the emulator ended, in words; null where it runs.</summary>
    public async ValueTask<string?> LastWordsAsync()
    {
        using var bounded = new CancellationTokenSource(ExitTime);
        try
        {
            await _leash.WaitForExitAsync(bounded.Token).ConfigureAwait(false);
            return $"its emulator ended with status {_leash.ExitCode.ToString(CultureInfo.InvariantCulture)}: {Words}";
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Take(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        if (!_terminal.Task.IsCompleted && TerminalName().Match(line) is { Success: true } match)
        {
            _terminal.TrySetResult(match.Value);
            return;
        }

        lock (_said)
        {
            if (_said.Count < KeptLines)
            {
                _said.Add(line);
            }
        }
    }

    [GeneratedRegex(@"/dev/pts/\d+", RegexOptions.CultureInvariant)]
    private static partial Regex TerminalName();
}
