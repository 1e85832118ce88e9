using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Tests.Commands.Doctor;

/// <summary>The machine behind a bench, shown below a folder.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SystemChecksTests : WorkFolderTests
{
    private const string NotThrottled = "not throttled since boot";

    private static RigFile Bench(string more = "") => RigFile.Parse(
        $"rig: r\nserver: s\ndevices:\n  f405: {{kind: serial, driver: tty, port: /dev/ttyUSB0{more}}}\ngpio:\n  t: {{chip: /dev/gpiochip0, line: 4}}\n", "r.yaml");

    private SystemChecks Machine => new(_work.Path);

    [TestCase("6.6.20+rpt-rpi-v8", Health.Ok)]
    [TestCase("5.10.0", Health.Ok)]
    [TestCase("5.4.83-v7l+", Health.Warning)]
    public void A_kernel_without_edge_times_is_a_warning(string release, Health expected)
    {
        _work.Write("proc/sys/kernel/osrelease", release + "\n");
        Assert.That(Machine.Kernel(), Is.EqualTo(Machine.Kernel() with { Health = expected }));
        Assert.That(Machine.Kernel().Seen, Does.StartWith(release));
    }

    [Test]
    public void A_clock_that_nobody_has_set_yet_is_a_warning()
    {
        Assert.That(Machine.Clock().Seen, Does.Contain("nothing here tells"));
        Directory.CreateDirectory(_work["run/systemd/timesync"]);
        Assert.That((Machine.Clock().Health, Machine.Clock().Fix), Is.EqualTo((Health.Warning, "timedatectl set-ntp true; timedatectl status")));
        _work.Write("run/systemd/timesync/synchronized", "");
        Assert.That(Machine.Clock(), Is.EqualTo(Finding.Ok("clock", "held by the network")));
    }

    [TestCase("0x50005", Health.Broken, "under-voltage")]
    [TestCase("0x50000", Health.Warning, "under-voltage")]
    [TestCase("0x0", Health.Ok, "not throttled")]
    public void Undervoltage_now_breaks_the_rig_and_earlier_is_a_warning(string reported, Health expected, string told)
    {
        var finding = SystemChecks.Throttling(Harness.Bench.Measuring.HostConditions.Describe($"throttled={reported}"));
        Assert.That((finding.Health, finding.Seen.Contains(told, StringComparison.Ordinal)), Is.EqualTo((expected, true)), finding.ToString());
    }

    [TestCase("0x01 0x02", Health.Ok, "10 to 20 %")]
    [TestCase("0x0a 0x03", Health.Warning, "90 to 100 %")]
    [TestCase("0x0b 0x0b", Health.Warning, "more than all")]
    [TestCase("0x00 0x00", Health.Ok, "does not tell")]
    public void A_worn_card_is_a_warning(string life, Health expected, string told)
    {
        _work.Write("sys/block/mmcblk0/device/life_time", life + "\n");
        var finding = Machine.Wear().Single();
        Assert.That((finding.Health, finding.Seen.Contains(told, StringComparison.Ordinal)), Is.EqualTo((expected, true)), finding.ToString());
    }

    [Test]
    public void A_governor_that_changes_the_frequency_can_be_repaired_on_every_core()
    {
        _work.Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand\n");
        _work.Write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "ondemand\n");
        var finding = Machine.Governor();
        Assert.That((finding.Health, finding.Repairs.Count, finding.Repairs[1].Value), Is.EqualTo((Health.Warning, 2, "performance")));
        Assert.That(finding.Repairs[1].File, Is.EqualTo(_work["sys/devices/system/cpu/cpu1/cpufreq/scaling_governor"]));
    }

    [TestCase("0", Health.Warning)]
    [TestCase("99", Health.Ok)]
    public void Edges_need_real_time_priority(string soft, Health expected)
    {
        _work.Write("proc/self/limits", $"Limit                     Soft Limit           Hard Limit           Units     \nMax locked memory         8388608              8388608              bytes     \nMax realtime priority     {soft}                    {soft}                    \n");
        var finding = Machine.RealTime();
        Assert.That((finding.Health, finding.Seen.Contains("8388608", StringComparison.Ordinal)), Is.EqualTo((expected, true)), finding.ToString());
    }

    [Test]
    public void Rules_of_udev_are_found_where_a_package_or_a_person_put_them()
    {
        Assert.That(Machine.UdevRules().Health, Is.EqualTo(Health.Warning));
        _work.Write("etc/udev/rules.d/70-harness.rules", "");
        Assert.That(Machine.UdevRules().Health, Is.EqualTo(Health.Ok));
    }

    [Test]
    public void A_group_that_the_user_lacks_is_told_with_the_nodes_it_opens()
    {
        Assert.That(SystemChecks.Groups(Bench(), _ => null).Health, Is.EqualTo(Health.Ok));
        var finding = SystemChecks.Groups(Bench(), node => node.StartsWith("/dev/tty", StringComparison.Ordinal) ? "dialout" : "gpio");
        Assert.That(finding.Health, Is.EqualTo(Health.Broken));
        Assert.That(finding.Seen, Does.EndWith("is not in dialout (for /dev/ttyUSB0), gpio (for /dev/gpiochip0)"));
        Assert.That(finding.Fix, Does.StartWith("sudo usermod -aG dialout,gpio $USER"));
    }

    [Test]
    public void An_emulated_rig_is_not_asked_for_a_bench()
    {
        var host = RigFile.Parse("rig: r\nserver: s\ndevices:\n  host: {kind: host}\n", "r.yaml");
        Assert.That(Machine.All(host, NotThrottled).Select(f => f.Component), Is.EqualTo(new[] { "kernel", "clock", "throttling" }));
        Assert.That(Machine.All(Bench(), NotThrottled).Select(f => f.Component), Is.EqualTo(new[] { "kernel", "clock", "throttling", "governor", "udev rules", "groups" }));
        Assert.That(Machine.All(Bench(", trigger: t"), NotThrottled).Select(f => f.Component), Does.Contain("real time"));
    }
}
