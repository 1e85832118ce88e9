namespace Harness.Cli.Tests.Commands;

/// <summary>A program's exit code and output.</summary>
internal sealed record TypedResult(int ExitCode, string Stdout, string Stderr)
{
    public override string ToString() => $"exit {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}

/// <summary>Runs the built program as a user types it, in a folder of its own; it never outlives the test.</summary>
internal sealed class TypedCommand : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("harness typed ");

    /// <summary>The working folder; its name holds spaces, as a user's may.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The shipped rig of the firmware as a Linux process.</summary>
    public static string Posix => Path.Combine(ProductPaths.Root, "rigs", "posix.yaml");

    /// <summary>Folders put before PATH.</summary>
    public string? ExtraPath { get; set; }

    public string this[string name] => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes a shell script to <c>bin/</c>, which then comes first in PATH.</summary>
    public void Program(string name, string script)
    {
        var path = Write($"bin/{name}", "#!/bin/sh\n" + script);
#pragma warning disable CA1416 // processes and signals: Linux
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        ExtraPath = this["bin"];
    }

    /// <summary>Runs a command with nothing on standard input: in a process that stays, unless this test has a PATH of its own.</summary>
    public async Task<TypedResult> RunAsync(params string[] arguments)
    {
        if (ExtraPath is not null)
        {
            return await PipeAsync("", arguments);
        }

        var ended = await WarmProgram.RunAsync(new WarmCommand(Folder, arguments), Limit);
        return new TypedResult(ended.ExitCode, ended.Stdout, ended.Stderr);
    }

    public async Task<TypedResult> PipeAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var stdout = process.StandardOutput.ReadToEndAsync(limit.Token);
            var stderr = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new TypedResult(process.ExitCode, await stdout, await stderr);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "harness.dll"), .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["HARNESS_ROOT"] = ProductPaths.Root;
        start.Environment["TERM"] = "dumb";
        if (ExtraPath is not null)
        {
            start.Environment["PATH"] = $"{ExtraPath}:{Environment.GetEnvironmentVariable("PATH")}";
        }

        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Delete(true);
}
