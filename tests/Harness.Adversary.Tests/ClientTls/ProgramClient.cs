using System.Diagnostics;
using Harness.Adversary.ClientTls;

namespace Harness.Adversary.Tests.ClientTls;

/// <summary>A client that is a program of its own.</summary>
internal sealed class ProgramClient : IStartedClient
{
    private readonly Process _process;

    private ProgramClient(Process process) => (_process, Ended) = (process, process.WaitForExitAsync());

    public Task Ended { get; }

    public int? Status => Ended.IsCompleted ? _process.ExitCode : null;

    public static IStartedClient Start(string program, params string[] arguments) =>
        new ProgramClient(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Ended;
        _process.Dispose();
    }
}
