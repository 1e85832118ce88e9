namespace Harness.Cli.Commands.Publishing;

/// <summary>Programs that make the parts of a release, run with their output in a file.</summary>
internal static class ReleaseTool
{
    /// <summary>Runs a program; its output goes to a file, as servers that a build leaves behind would hold a pipe open.</summary>
    /// <param name="log">The file.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="stop">Cancels the run.</param>
    /// <param name="environment">Variables to set, as NAME=VALUE.</param>
    /// <returns>Exit status and output.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the program was ended.</exception>
    public static async Task<(int Exit, string Output)> RunAsync(string log, IReadOnlyList<string> command, CancellationToken stop, params string[] environment)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, "env", .. environment, .. command]);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await File.ReadAllTextAsync(log, stop));
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="what">The part of the release that it makes, for the error.</param>
    /// <param name="log">The file of its output.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="stop">Cancels the run.</param>
    /// <param name="environment">Variables to set, as NAME=VALUE.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="PublishException">It failed.</exception>
    public static async Task<string> MakeAsync(string what, string log, IReadOnlyList<string> command, CancellationToken stop, params string[] environment)
    {
        var (exit, output) = await RunAsync(log, command, stop, environment);
        return exit == 0 ? output : throw new PublishException(
            $"{what} could not be made: {command[0]} ended with status {exit}: {string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3))} (whole output: {log})",
            FlashPlan.Shell(command));
    }
}
