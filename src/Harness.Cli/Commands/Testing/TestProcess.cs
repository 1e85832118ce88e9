using System.Xml.Linq;

namespace Harness.Cli.Commands.Testing;

/// <summary>A child process whose output is read to its end.</summary>
internal static class TestProcess
{
    // The same as for a runner that reads the file itself, as `dotnet vstest` does.
    private static readonly Lazy<(string Name, string Value)[]> _variables = new(() =>
        [.. XDocument.Load(Path.Combine(ProductPaths.Root, ".runsettings")).Descendants("EnvironmentVariables").Elements().Select(variable => (variable.Name.LocalName, variable.Value))]);

    /// <summary>Runs a program with no standard input.</summary>
    /// <returns>Exit status, and standard output followed by standard error.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the program and its child processes were ended.</exception>
    public static async Task<(int Exit, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        // A suite that a script starts in the background inherits an ignored Ctrl-C, and so would every program that a test interrupts.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,QUIT", program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in _variables.Value)
        {
            start.Environment[name] = value;
        }

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
