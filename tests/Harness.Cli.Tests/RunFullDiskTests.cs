using Harness.Mqtt.Client;

namespace Harness.Cli.Tests;

/// <summary>A disk that fills up in the middle of a run: the run stops, reports it, and leaves neither a partial report nor an emulator behind.</summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunFullDiskTests : IDisposable
{
    private const int Scenarios = 10;
    private readonly WorkFolder _work = new();
    private bool _mounted;

    public void Dispose()
    {
        if (_mounted)
        {
            Assert.That(Execute("umount", _work["disk"]), Is.Zero);
        }

        _work.Dispose();
    }

    [Test]
    public async Task A_full_disk_stops_the_run_with_3_and_the_record_is_whole_up_to_its_last_line([Values(4, 16, 40)] int kilobytes)
    {
        Mount(kilobytes);
        var ended = await RunAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        AssertStopped(ended);
        Assert.That(File.Exists(_work["disk/r/junit.xml"]), Is.False, "nothing that CI could take for a whole run");

        var text = File.ReadAllText(_work["disk/r/run.jsonl"]);
        var events = _work.Record("disk/r");
        Assert.That(text, Is.Empty.Or.EndsWith("\n"), "no half a line");
        Assert.That(events, Has.Count.EqualTo(text.Count(c => c == '\n')));
        Assert.That(events.OfType<RunFinished>(), Is.Empty);
        Assert.That(events.OfType<ScenarioFinished>().Select(s => s.Verdict), Has.All.EqualTo(Verdict.Pass), "what is in the record is true: the disk is no device's fault");
    }

    [Test]
    public async Task A_junit_report_on_a_full_disk_is_whole_or_absent()
    {
        Mount(4096);
        var whole = await RunAsync();
        Assert.That(whole.ExitCode, Is.Zero, whole.ToString());
        var used = Pages(_work["disk/r"]);
        var stopped = 0;
        for (var less = 1; less <= 4; less++)
        {
            Assert.That(Execute("umount", _work["disk"]), Is.Zero);
            _mounted = false;
            Mount((used - less) * 4);
            var ended = await RunAsync();
            var report = _work["disk/r/junit.xml"];
            if (File.Exists(report))
            {
                Assert.That(XDocument.Load(report).Descendants("testcase").Count(), Is.EqualTo(Scenarios), $"{less} pages too few");
            }

            Assert.That(Directory.EnumerateFiles(_work["disk/r"], "*.tmp"), Is.Empty);
            if (ended.ExitCode != 0)
            {
                stopped++;
                AssertStopped(ended);
            }
        }

        Assert.That(stopped, Is.GreaterThanOrEqualTo(3));
    }

    [TestCase("measure")]
    [TestCase("baseline", "set")]
    public async Task A_measurement_whose_samples_find_no_room_is_stopped_with_3_as_a_run_is(params string[] command)
    {
        Mount(16);
        var ended = await HarnessProcess.RunAsync(_work.Path, [.. command, "sha256", "--device", "host", "--samples", "2000", "--no-calibration", "--out", _work["disk/r"]]);
        AssertStopped(ended);
        Assert.That(_work.Record("disk/r").OfType<RunFinished>(), Is.Empty);
    }

    [Test]
    public async Task A_tap_is_stopped_and_its_capture_is_whole_up_to_there()
    {
        Mount(8);
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await using var tap = HarnessProcess.Start(_work.Path, "tap", "--listen", "0", "--to", $"127.0.0.1:{broker.Endpoint.Port}", "--out", _work["disk/r"]);
        var port = Regex.Match(await tap.WaitForAsync("Ctrl-C ends it"), @"listening on 127\.0\.0\.1:(\d+),").Groups[1].Value;
        await using (var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = int.Parse(port, CultureInfo.InvariantCulture), ClientId = "c" }))
        {
            await client.PublishAsync("t", new byte[20_000]);
            var ended = await tap.EndAsync();
            Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
            Assert.That(ended.Stderr, Does.Contain("tap.pcapng").And.Contain("No space left").And.Contain("ext: df -h").And.Not.Contain("   at "));
        }

        var capture = await File.ReadAllBytesAsync(_work["disk/r/tap.pcapng"]);
        var at = 0;
        while (at < capture.Length)
        {
            at += BitConverter.ToInt32(capture, at + 4);
        }

        Assert.That(at, Is.EqualTo(capture.Length).And.GreaterThan(200), "whole blocks");
    }

    private void AssertStopped(Ended ended)
    {
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        var last = ended.Stderr.TrimEnd().Split('\n')[^1];
        Assert.That(last, Does.StartWith("harness: ").And.Contain(_work["disk/r/"]).And.Contain("No space left").And.Contain("next: df -h").And.Contain("--out DIR"), ended.ToString());
        Assert.That(ended.Stderr, Does.Not.Contain("   at "), "no stack trace");
        foreach (var process in Boards())
        {
            Assert.That(Processes.HasEndedWithin(process, TimeSpan.FromSeconds(20)), $"process {process} is left behind");
        }
    }

    private Task<Ended> RunAsync()
    {
        // A copy of the firmware for this test, so that its processes differ from those of other tests.
        var build = Path.Combine(ProductPaths.Root, "rigs", "firmware", "build");
        Directory.CreateDirectory(_work["fw"]);
        foreach (var name in (string[])["posix", "leash"])
        {
            File.Copy(Path.Combine(build, name), _work[$"fw/{name}"], overwrite: true);
        }

        var rig = _work.Write("rig.yaml", WorkFolder.PosixRigText().Replace(build, _work["fw"], StringComparison.Ordinal));
        for (var i = 0; i < Scenarios; i++)
        {
            _work.Write($"f/{i}.feature", WorkFolder.PassingBoard);
        }

        return HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", rig, "--out", _work["disk/r"]);
    }

    private void Mount(int kilobytes)
    {
        Directory.CreateDirectory(_work["disk"]);
        _mounted = Environment.UserName == "root" && Execute(NeedsProgram.Find("mount", "mount"), "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _work["disk"]) == 0;
        Needs.That(_mounted, "the right to mount a small disk", "run this test as root");
    }

    private static int Pages(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => (int)((new FileInfo(file).Length + 4095) / 4096));

    private IReadOnlyList<int> Boards() => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Where(name =>
    {
        try
        {
            return File.ReadAllText($"/proc/{name}/cmdline").Contains(_work["fw"], StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the process ended meanwhile
        }
    }).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture))];

    private static int Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
