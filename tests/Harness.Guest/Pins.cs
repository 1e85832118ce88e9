using System.Diagnostics;
using System.Text;

namespace Harness.Guest;

/// <summary>The inputs of the guest's GPIO chip, driven by this program (rigs/guest/lab.c).</summary>
internal static class Pins
{
    // The kernel's device of the chip holds a folder with the chip's number; there may be other chips beside it, as on a Raspberry Pi.
    private const string Device = "/sys/bus/platform/devices/lab-pins";

    /// <summary>Path of the chip. Linux 6.1 gives a chip that was unplugged in use another number when it is back.</summary>
    public static string Chip => Directory.EnumerateDirectories(Device, "gpiochip*").Select(folder => $"/dev/{Path.GetFileName(folder)}").SingleOrDefault() ?? "/dev/gpiochip0";

    public const string Node = "/dev/lab-pins";

    /// <summary>Drives one line.</summary>
    public static void Set(int line, bool level) => Write(Line(line, level));

    /// <summary>Reads the level of one line as a meter on its pin shows it, whoever has it.</summary>
    public static bool Level(int line) => File.ReadAllText(Node)[line] == '1';

    /// <summary>Formats edges, low to high first, as the driver reads them.</summary>
    public static string Edges(int line, int count) => string.Concat(Enumerable.Range(0, count).Select(i => Line(line, i % 2 == 0)));

    /// <summary>Writes a text to the driver, in one write.</summary>
    public static void Write(string text)
    {
        using var node = new FileStream(Node, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        node.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Drives edges while this whole process is suspended, so that nothing reads them.</summary>
    public static async Task WriteWhileStoppedAsync(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            var script = string.Create(CultureInfo.InvariantCulture, $"kill -STOP {Environment.ProcessId}; cat {file} >{Node}; kill -CONT {Environment.ProcessId}");
            using var shell = Process.Start("/bin/sh", ["-c", script]);
            await shell.WaitForExitAsync(Lab.Timeout());
            Assert.That(shell.ExitCode, Is.Zero);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Toggles one line repeatedly.</summary>
    public static async Task ToggleAsync(int line, TimeSpan every, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every);
        for (var level = true; !stop.IsCancellationRequested; level = !level)
        {
            try
            {
                Set(line, level);
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                await Task.Delay(every, CancellationToken.None); // the chip is unplugged for a while
            }
        }
    }

    private static string Line(int line, bool level) => string.Create(CultureInfo.InvariantCulture, $"{line} {(level ? 1 : 0)}\n");
}
