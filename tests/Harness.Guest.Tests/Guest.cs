using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Harness.Guest.Tests;

/// <summary>One boot of the virtual machine of rigs/guest; every test of this project reads the output of its session (session.sh).</summary>
internal static partial class Guest
{
    /// <summary>Time limit of the session, ten times its duration on an idle machine; time in the guest slows down with other load.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(40);

    private static readonly Lazy<Task<IReadOnlyDictionary<string, Part>>> Session = new(RunAsync);

    /// <summary>Gets one part of the session; the first call boots the guest, and the test is skipped where no guest can run.</summary>
    public static async Task<Part> PartAsync(string name)
    {
        var parts = await Session.Value;
        return parts.TryGetValue(name, out var part) ? part
            : throw new AssertionException($"the session ended before \"{name}\"; it has {string.Join(", ", parts.Keys)}; last: {parts.Values.LastOrDefault()?.Output}");
    }

    private static async Task<IReadOnlyDictionary<string, Part>> RunAsync()
    {
        var run = Path.Combine(Root, "rigs", "guest", "run");
        var (prepared, _, why) = await ProcessAsync(run, ["--prepare"]);
        Assert.That(prepared, Is.EqualTo(0).Or.EqualTo(125), why);
        Needs.That(prepared == 0, $"the guest of rigs/guest, which cannot be had here: {why.Trim().ReplaceLineEndings("; ")}", "rigs/guest/run --prepare");

        var (_, output, errors) = await ProcessAsync(run, ["bash", Path.Combine(Root, "tests", "Harness.Guest.Tests", "session.sh")]);
        Assert.That(output, Is.Not.Empty, errors);
        return Parts().Matches(output).ToDictionary(
            m => m.Groups["name"].Value, m => new Part(int.Parse(m.Groups["exit"].Value, System.Globalization.CultureInfo.InvariantCulture), m.Groups["text"].Value.Trim()));
    }

    public static async Task<(int Exit, string Output, string Errors)> ProcessAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HARNESS_ROOT"] = Root;
        start.Environment["HARNESS_GUEST_SECONDS"] = Longest.TotalSeconds.ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Longest + TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }

    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Harness.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Harness.sln is in no folder above the tests");
    }

    [GeneratedRegex(@"^=== (?<name>[a-z]+)\n(?<text>.*?)^=== ended (?<exit>\d+)$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parts();
}

/// <summary>The output of one part of the session, errors included, and its exit status.</summary>
internal sealed record Part(int Exit, string Output)
{
    /// <summary>Parses the JSON object in the output.</summary>
    public JsonElement Json()
    {
        var (from, to) = (Output.IndexOf("\n{", StringComparison.Ordinal) + 1, Output.LastIndexOf('}') + 1);
        Assert.That(to, Is.GreaterThan(from), Output);
        return JsonDocument.Parse(Output[from..to]).RootElement;
    }

    public override string ToString() => $"exit status {Exit}: {Output}";
}
