namespace Harness.Guest.Tests;

/// <summary>The release for a Raspberry Pi, at work in virtual machines (rigs/guest/pi); it is made if there is none.</summary>
[Category("Long")]
public sealed class PiTests
{
    private static readonly string Script = Path.Combine(Guest.Root, "rigs", "guest", "pi");

    [SetUp]
    public async Task PrepareAsync()
    {
        var run = Path.Combine(Guest.Root, "rigs", "guest", "run");
        var (prepared, _, why) = await Guest.ProcessAsync(run, ["--machine", "raspi3b", "--prepare"]);
        Needs.That(prepared == 0, $"the guest of rigs/guest, which cannot be had here: {why.Trim().ReplaceLineEndings("; ")}", "rigs/guest/run --machine raspi3b --prepare");
    }

    [Test]
    public async Task One_command_shows_boards_clocks_sensor_and_handshakes_on_arm64()
    {
        var (exit, output, errors) = await Guest.ProcessAsync(Script, []);
        TestContext.Out.WriteLine(output);
        Assert.That(exit, Is.Zero, $"{output}\n{errors}");
        Assert.That(output, Does.Contain("everything as it should be").And.Not.Contain("NOT OK"));
        Assert.That(output.Split('\n').Count(line => line.Contains("  ok      ", StringComparison.Ordinal)), Is.EqualTo(19));
    }

    [Test]
    public async Task A_stopped_run_leaves_no_emulator_behind()
    {
        var start = new ProcessStartInfo(Script, ["--only", "2"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = Directory.CreateTempSubdirectory("harness pi").FullName;
        using var running = Process.Start(start)!;
        while (await running.StandardOutput.ReadLineAsync() is { } line && !line.Contains("starting it", StringComparison.Ordinal))
        {
        }

        var folder = start.Environment["TMPDIR"]!;
        var limit = Stopwatch.StartNew();
        while (Emulators(folder).Count < 2 && limit.Elapsed < TimeSpan.FromSeconds(60))
        {
            await Task.Delay(100);
        }

        Assert.That(Emulators(folder), Is.Not.Empty, "boards came up");
        using var stop = Process.Start("kill", ["-INT", running.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await running.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.That(running.ExitCode, Is.EqualTo(130));
        Assert.That(() => Emulators(folder), Is.Empty.After(10_000, 100));
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
        Directory.Delete(folder);
    }

    // Their command lines name the sockets in the folder.
    private static List<string> Emulators(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Select(p =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(p, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }).Where(line => line.Contains(folder, StringComparison.Ordinal) && line.Contains("qemu-system", StringComparison.Ordinal))];
}
