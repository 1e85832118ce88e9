namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>
/// The package installed, removed and purged by dpkg on this machine's own Debian, seen through an overlay in a mount namespace of its own: the package's scripts run as
/// they do on a Pi, and this machine keeps nothing of it.
/// </summary>
public sealed class DebianInstallTests
{
    private const string Script = """
        set -e
        work=$(mktemp -d); mount -t tmpfs memory "$work"; mkdir "$work/up" "$work/beside" "$work/whole"
        mount -t overlay whole -o "lowerdir=/,upperdir=$work/up,workdir=$work/beside" "$work/whole"
        mount -t proc proc "$work/whole/proc"; mount -t sysfs sys "$work/whole/sys"; mount --rbind /dev "$work/whole/dev"
        cp "$1" "$work/whole/package.deb"
        exec chroot "$work/whole" sh -ec '
            export DEBIAN_FRONTEND=noninteractive LC_ALL=C
            dpkg --force-depends -i /package.deb >/dev/null
            echo "state: $(dpkg-query -W -f="\${Status}" harness)"
            echo "user: $(getent passwd harness | cut -d: -f6,7), in $(id -Gn harness)"
            echo "program: $(harness)"
            systemd-analyze verify /usr/lib/systemd/system/harness-nightly.service /usr/lib/systemd/system/harness-nightly.timer 2>&1 && echo "units: accepted"
            if udevadm verify --help >/dev/null 2>&1; then udevadm verify --no-style /usr/lib/udev/rules.d/70-harness.rules 2>&1
            else udevadm test /sys/devices/virtual/mem/null 2>&1 | grep -F 70-harness.rules; fi
            echo "rules: read"
            echo changed >>/etc/default/harness; mkdir -p /var/lib/harness/runs
            dpkg -r harness >/dev/null; [ ! -e /usr/bin/harness ] && [ -e /etc/default/harness ] && echo "removed: the settings are kept"
            dpkg --purge harness; [ ! -e /etc/default/harness ] && [ -d /var/lib/harness/runs ] && echo "purged: the records are kept"
        '
        """;

    [Test]
    public async Task Debian_installs_it_with_a_user_of_its_own_accepts_its_units_and_rules_and_removes_it()
    {
        Needs.That(Environment.UserName == "root", "the right to mount an overlay", "run this test as root");
        using var work = new WorkFolder();
        work.WriteProgram("release/harness", "#!/bin/sh\necho started\n");
        work.Write("release/LICENSE", "terms\n");
        var tree = new SourceTree(ProductPaths.Root, "0123456789abcdef0123456789abcdef01234567", new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero), Changed: false, []);
        NeedsProgram.Find("dpkg-deb", "dpkg");
        NeedsProgram.Find("adduser", "adduser");
        NeedsProgram.Find("udevadm", "udev");
        NeedsProgram.Find("systemd-analyze", "systemd");
        var architecture = ReleaseTarget.All.Single(target => target.IsThisMachine);
        await new DebianPackage(tree, work["work"]).MakeAsync(architecture, "1.2.3", work["release"], work["a.deb"], CancellationToken.None);

        var probe = await HarnessProcess.RunProgramAsync(work.Path, "", "unshare", "-m", "--propagation", "private", "sh", "-c",
            "d=$(mktemp -d); mount -t tmpfs t $d && mkdir $d/u $d/w $d/r && mount -t overlay o -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r");
        Needs.That(probe.ExitCode == 0, $"an overlay of this machine's files: {probe.Stderr.Trim()}", "run it where mounts are allowed");
        var ended = await HarnessProcess.RunProgramAsync(work.Path, "", "unshare", "-m", "--propagation", "private", "bash", "-c", Script, "-", work["a.deb"]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("state: install ok installed\n").And.Contain("user: /var/lib/harness:/usr/sbin/nologin, in harness dialout gpio i2c\n").And.Contain("program: started\n"));
        Assert.That(ended.Stdout, Does.Contain("units: accepted\n").And.Contain("rules: read\n").And.Not.Match(@"70-harness\.rules:\d+"), "no complaint of systemd or udev");
        Assert.That(ended.Stdout, Does.Contain("removed: the settings are kept\n").And.Contain("next: sudo rm -r /var/lib/harness").And.Contain("purged: the records are kept\n"));
        Assert.That(File.Exists("/usr/lib/systemd/system/harness-nightly.timer"), Is.False, "this machine keeps nothing of it");
    }
}
