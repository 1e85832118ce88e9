using System.Globalization;
using Harness.Bench.Measuring;

namespace Harness.Bench.Tests.Measuring;

/// <summary>The thread that measures, as the kernel has it.</summary>
internal sealed class MeasuringThreadTests
{
    private const int PolicyAt = 41; // of proc(5)'s stat: policy, counted from 1
    private const int RealTimeFifo = 1;

    /// <summary>The runtime's compiler began there once, and was real-time beside what it compiled for. A program inherits as its thread does.</summary>
    [Test]
    public async Task A_program_that_begins_on_the_measuring_thread_is_not_real_time()
    {
        var (granted, own, begun) = await MeasuringThread.RunAsync(
            words =>
            {
                using var program = Process.Start(new ProcessStartInfo("cat", "/proc/self/stat") { RedirectStandardOutput = true })!;
                return (words.Any(w => w.StartsWith("real-time priority 40", StringComparison.Ordinal)), Policy(File.ReadAllText("/proc/thread-self/stat")), Policy(program.StandardOutput.ReadToEnd()));
            },
            realTime: true);

        Assert.That((own == RealTimeFifo, begun), Is.EqualTo((granted, 0)));
    }

    private static int Policy(string stat)
    {
        var behindTheName = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(behindTheName[PolicyAt - 3], CultureInfo.InvariantCulture);
    }
}
