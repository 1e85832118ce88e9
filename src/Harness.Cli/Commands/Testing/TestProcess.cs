namespace Harness.Cli.Commands.Testing;

/// <summary>A child process whose output is read to its end.</summary>
internal static class TestProcess
{
    /// <summary>Runs a program with no standard input.</summary>
    /// <returns>Exit status, and standard output followed by standard error.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the program and its child processes were ended.</exception>
    public static async Task<(int Exit, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        // A suite that a script starts in the background inherits an ignored Ctrl-C, and so would every program that a test interrupts.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,QUIT", program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            Environment =
            {
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["SPECFLOW_TELEMETRY_ENABLED"] = "0",
                // The code of a test, and of a program that a test starts, runs a few times: counting what could be made faster later costs a fifth of the processor time.
                ["DOTNET_TieredPGO"] = "0", ["DOTNET_gcConcurrent"] = "0",
                // As the program itself: a thread without work sleeps at once, where others wait for its core.
                ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }
}
