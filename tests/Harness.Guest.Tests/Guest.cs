using System.Text.RegularExpressions;

namespace Harness.Guest.Tests;

/// <summary>One boot of the virtual machine of rigs/guest; every test of this project reads the output of its session (session.sh).</summary>
internal static partial class Guest
{
    /// <summary>Time limit of the session, ten times its duration on an idle machine; time in the guest slows down with other load.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(40);

    private static readonly Dictionary<string, Lazy<Task<IReadOnlyDictionary<string, Part>>>> Sessions = new()
    {
        [X64] = new(() => RunAsync(X64)), [Arm64] = new(() => RunAsync(Arm64)), [SmallArm64] = new(() => RunAsync(Arm64, "small")),
    };

    /// <summary>The guest that runs this machine's programs.</summary>
    public const string X64 = "x86-64";

    /// <summary>The guest with a processor like a Raspberry Pi's, and with a second GPIO chip that comes first, as there.</summary>
    public const string Arm64 = "arm64";

    /// <summary>The same with the smallest session alone.</summary>
    public const string SmallArm64 = "arm64, small";

    /// <summary>Gets one part of the session on an architecture; the first call boots the guest, and the test is skipped where no guest can run.</summary>
    public static async Task<Part> PartAsync(string architecture, string name)
    {
        var parts = await Sessions[architecture].Value;
        return parts.TryGetValue(name, out var part) ? part
            : throw new AssertionException($"the session ended before \"{name}\"; it has {string.Join(", ", parts.Keys)}; last: {parts.Values.LastOrDefault()?.Output}");
    }

    private static async Task<IReadOnlyDictionary<string, Part>> RunAsync(string architecture, params string[] parts)
    {
        var run = Path.Combine(Root, "rigs", "guest", "run");
        var (prepared, _, why) = await ProcessAsync(run, ["--arch", architecture, "--prepare"]);
        Assert.That(prepared, Is.EqualTo(0).Or.EqualTo(125), why);
        Needs.That(prepared == 0, $"the guest of rigs/guest, which cannot be had here: {why.Trim().ReplaceLineEndings("; ")}", $"rigs/guest/run --arch {architecture} --prepare");

        var (_, output, errors) = await ProcessAsync(run, ["--arch", architecture, "bash", Path.Combine(Root, "tests", "Harness.Guest.Tests", "session.sh"), .. parts]);
        Assert.That(output, Is.Not.Empty, errors);
        return Parts().Matches(output).ToDictionary(
            m => m.Groups["name"].Value, m => new Part(int.Parse(m.Groups["exit"].Value, System.Globalization.CultureInfo.InvariantCulture), m.Groups["text"].Value.Trim()));
    }

    public static async Task<(int Exit, string Output, string Errors)> ProcessAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HARNESS_ROOT"] = Root;
        start.Environment["HARNESS_GUEST_KERNEL"] = "lab.chips=all"; // -M virt has a chip of its own, which is gpiochip0 then
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
