using System.Globalization;

namespace Harness.Guest.Tests;

/// <summary>The harness's round trip on a serial line beside a raw poll loop in C on the same line: an emulated STM32F405 on a pseudo-terminal.</summary>
[Category("Long")]
public sealed class SerialEchoTests
{
    private const int Rounds = 5;

    [Test]
    public async Task A_serial_echo_takes_at_most_15_percent_longer_than_by_a_raw_loop()
    {
        var folder = Directory.CreateTempSubdirectory("echo").FullName;
        var poll = Path.Combine(folder, "poll");
        await RunAsync("gcc", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror", Path.Combine(Guest.Root, "rigs/guest/poll.c"), "-o", poll);
        var image = Path.Combine(Guest.Root, "rigs/firmware/build/stm32f405.elf");
        Needs.That(File.Exists(image), "the firmware of the STM32F405", "make -C rigs/firmware all");
        var start = new ProcessStartInfo("qemu-system-arm", ["-M", "netduinoplus2", "-nographic", "-monitor", "none", "-icount", "shift=0,sleep=on", "-serial", "pty", "-kernel", image])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var board = Process.Start(start)!;
        try
        {
            var terminal = (await board.StandardOutput.ReadLineAsync())!.Split(' ')[4]; // char device redirected to /dev/pts/3 (label serial0)
            var rig = Path.Combine(folder, "echo.yaml");
            await File.WriteAllTextAsync(rig, $"rig: echo\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: {terminal}, provenance: host}}\nroles: {{board: b}}\n");
            var (raw, ours) = (new List<double>(), new List<double>());
            for (var i = 0; i < Rounds; i++)
            {
                raw.Add(double.Parse(await RunAsync(poll, terminal, "500"), CultureInfo.InvariantCulture));
                using var json = JsonDocument.Parse(await RunAsync(
                    "dotnet", Path.Combine(Guest.Root, "src/Harness.Cli/bin/Release/net10.0/harness.dll"), "doctor", "--calibrate", "--device", "b", "--rig", rig, "--json"));
                ours.Add(json.RootElement.GetProperty("devices")[0].GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "serial echo").GetProperty("p50").GetDouble());
            }

            var (first, second) = (raw.Order().ElementAt(Rounds / 2), ours.Order().ElementAt(Rounds / 2));
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"raw loop {first:F0} us ({string.Join(", ", raw)}), harness {second:F0} us ({string.Join(", ", ours)}), ratio {second / first:F2}"));
            Assert.That(second / first, Is.LessThanOrEqualTo(1.15));
        }
        finally
        {
            board.Kill();
            await board.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exit, output, errors) = await Guest.ProcessAsync(program, arguments);
        Assert.That(exit, Is.Zero, $"{program}: {output}{errors}");
        return output.Trim();
    }
}
