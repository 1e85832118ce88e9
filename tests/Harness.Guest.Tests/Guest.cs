using System.Text.RegularExpressions;

namespace Harness.Guest.Tests;

/// <summary>Boots of the virtual machine of rigs/guest, one for each set of parts; every test of this project reads the output of a session (session.sh).</summary>
internal static partial class Guest
{
    /// <summary>Time limit of a session, five times and more its duration on an idle machine; time in the guest slows down with other load.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(40);

    // In one boot they take an emulated machine longer than the limit where this machine is busy, and the last ones are never reached.
    private static readonly string[][] Sets =
    [
        ["chips", "tests", "doctor", "guide", "relay", "features", "kernel"],
        ["measure", "seal", "refused", "calibrate", "cut", "unplugged", "held", "kernel"],
        ["lines"], ["echo"], ["suites"], ["small"],
    ];

    private static readonly Dictionary<(string, string[]), Lazy<Task<IReadOnlyDictionary<string, Part>>>> Sessions =
        Sets.SelectMany(set => new[] { X64, Arm64 }, (set, architecture) => (architecture, set)).ToDictionary(s => s, s => new Lazy<Task<IReadOnlyDictionary<string, Part>>>(() => RunAsync(s.architecture, s.set)));

    /// <summary>The guest that runs this machine's programs.</summary>
    public const string X64 = "x86-64";

    /// <summary>The guest with a processor like a Raspberry Pi's, and with a second GPIO chip that comes first, as there.</summary>
    public const string Arm64 = "arm64";

    /// <summary>Gets one part of the sessions on an architecture; the first call of its set boots the guest, and the test is skipped where no guest can run.</summary>
    /// <param name="architecture">The guest.</param>
    /// <param name="name">The part.</param>
    /// <param name="beside">Another part of the same boot, where several boots have the part.</param>
    public static async Task<Part> PartAsync(string architecture, string name, string? beside = null)
    {
        var parts = await Sessions[(architecture, Sets.First(set => set.Contains(name) && set.Contains(beside ?? name)))].Value;
        return parts.TryGetValue(name, out var part) ? part
            : throw new AssertionException($"the session ended before \"{name}\"; it has {string.Join(", ", parts.Keys)}; last: {parts.Values.LastOrDefault()?.Output}");
    }

    /// <summary>Skips the test where no guest can run.</summary>
    public static async Task NeedAsync(string architecture)
    {
        var (prepared, _, why) = await ProcessAsync(Script, ["--arch", architecture, "--prepare"]);
        Assert.That(prepared, Is.EqualTo(0).Or.EqualTo(125), why);
        Needs.That(prepared == 0, $"the guest of rigs/guest, which cannot be had here: {why.Trim().ReplaceLineEndings("; ")}", $"rigs/guest/run --arch {architecture} --prepare");
    }

    private static async Task<IReadOnlyDictionary<string, Part>> RunAsync(string architecture, params string[] parts)
    {
        await NeedAsync(architecture);
        var (_, output, errors) = await ProcessAsync(Script, ["--arch", architecture, "bash", Path.Combine(Root, "tests", "Harness.Guest.Tests", "session.sh"), .. parts]);
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

    private static string Script => Path.Combine(Root, "rigs", "guest", "run");

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
