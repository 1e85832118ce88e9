using System.Globalization;
using Harness.Reporting;

namespace Harness.Soak.Tests;

/// <summary>
/// A day of nothing lost in miniature. HARNESS_SOAK_SEED repeats a schedule, HARNESS_SOAK_MINUTES sets the length of the long one,
/// HARNESS_SOAK_OUT keeps its record.
/// </summary>
public sealed class SoakTests
{
    private const int MostManagedKiB = 3 * 1024;
    private const int MostResidentKiB = 48 * 1024;

    // .NET opens a few late and keeps them; a fault that leaked one would leak dozens.
    private const int LateDescriptors = 4;

    [Test]
    public Task Half_a_minute_of_faults_loses_nothing() => SoakAsync(TimeSpan.FromSeconds(25), whole: false);

    [Test]
    [Category("Long")]
    public Task Ten_minutes_of_faults_lose_nothing() => SoakAsync(TimeSpan.FromMinutes(Minutes()), whole: Minutes() >= 10);

    private static double Minutes() => double.TryParse(
        Environment.GetEnvironmentVariable("HARNESS_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 10;

    private static async Task SoakAsync(TimeSpan length, bool whole)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HARNESS_SOAK_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"HARNESS_SOAK_SEED={seed}");
        using var temporary = new TemporaryFolder();
        var folder = Environment.GetEnvironmentVariable("HARNESS_SOAK_OUT") is { Length: > 0 } kept
            ? Path.Combine(Path.GetFullPath(kept), $"soak-{seed}") : temporary.File($"soak-{seed}");
        Directory.CreateDirectory(folder);
        var run = new SoakRun(seed, length, folder);
        await run.RunAsync();
        Tell(run);

        var events = RecordReader.Read(folder).ToList();
        var result = RunResult.Load(folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.Wrong, Is.Empty, $"no wrong verdict; HARNESS_SOAK_SEED={seed}");
            Assert.That(run.Planted.Where(planted => !events.Exists(planted.IsNamedBy)), Is.Empty, "every fault is named in the record");
            Assert.That(run.Planted, Is.Not.Empty);
            Assert.That(run.Messages, Is.Positive);
            if (whole)
            {
                Assert.That(FaultKind.All.Except(run.Planted.Select(planted => planted.Kind)), Is.Empty, "every kind had its turn");
                Assert.That(run.Refusals, Is.Positive);
            }
        });
        Assert.Multiple(() =>
        {
            Assert.That(result.Problems, Is.Empty, "the record is whole");
            Assert.That(result.IsComplete, Is.True);
            Assert.That(result.Counts.Failed, Is.Zero);
            Assert.That(result.Counts.RigErrors, Is.EqualTo(run.Planted.Count(planted => planted.Kind.Verdict == Verdict.RigError)));
            Assert.That(result.Scenarios, Has.Count.EqualTo(run.Rounds));
            Assert.That(Secrets(folder, run.Passwords), Is.Empty, "no password is in any file of the run");
        });
        Assert.Multiple(() =>
        {
            Assert.That(run.After.Children, Is.EqualTo(run.Before.Children), "no process outlives the soak");
            Assert.That(run.After.Descriptors, Is.LessThanOrEqualTo(run.Before.Descriptors + LateDescriptors), $"every descriptor was closed; open before: {run.OpenBefore}; after: {run.OpenAfter}");
            Assert.That(run.AtRest.Select(sample => sample.Children).Distinct().Count(), Is.EqualTo(1), "the same processes at every rest");
            Assert.That(Resources.Growth(run.AtRest, sample => sample.Descriptors), Is.LessThanOrEqualTo(LateDescriptors), "descriptors do not grow");
            Assert.That(Resources.Growth(run.AtRest, sample => sample.ManagedKiB), Is.LessThan(MostManagedKiB), "managed memory does not grow");
            Assert.That(Resources.Growth(run.AtRest, sample => sample.ResidentKiB), Is.LessThan(MostResidentKiB), "resident memory does not grow");
        });
    }

    private static void Tell(SoakRun run)
    {
        TestContext.Out.WriteLine(
            $"{run.Rounds} rounds, {run.Logins} logins, {run.Refusals} wrong passwords refused, {run.Messages} messages, {run.Planted.Count} faults of {run.Planted.Select(p => p.Kind).Distinct().Count()} kinds");
        foreach (var kind in run.Planted.GroupBy(p => p.Kind.Name).OrderBy(kinds => kinds.Key, StringComparer.Ordinal))
        {
            TestContext.Out.WriteLine($"{kind.Count(),4} x {kind.Key}: {kind.First().Kind.Verdict.Word()}, {string.Join(" or ", kind.First().Kind.Named)}");
        }

        foreach (var sample in (Resources[])[run.Before, .. run.AtRest, run.After])
        {
            TestContext.Out.WriteLine(sample.ToString());
        }
    }

    private static List<string> Secrets(string folder, IEnumerable<string> passwords)
    {
        string[] forms = [.. passwords.SelectMany(password => new[] { password, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(password)) })];
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)))];
    }
}
