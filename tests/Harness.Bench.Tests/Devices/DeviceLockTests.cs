namespace Harness.Bench.Tests.Devices;

public class DeviceLockTests
{
    [Test]
    public void A_held_port_names_its_holder_and_since_when()
    {
        using var folder = new TemporaryFolder();
        using var held = DeviceLock.Take("f405", "/dev/ttyUSB7", folder.Path);
        var e = Assert.Throws<DeviceHeldException>(() => DeviceLock.Take("other", "/dev/ttyUSB7", folder.Path))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Holder, Does.Match($@"^pid {Environment.ProcessId} of \S+ since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC: \S+.*$"));
            Assert.That(e.Message, Does.Contain("other").And.Contain("/dev/ttyUSB7").And.Contain(e.Holder));
        });
    }

    [Test]
    public void Two_names_of_one_port_are_one_lock()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("ttyUSB0"), "");
        File.CreateSymbolicLink(folder.File("by-id"), folder.File("ttyUSB0"));
        using var held = DeviceLock.Take("a", folder.File("by-id"), folder.File("locks"));
        Assert.That(() => DeviceLock.Take("b", folder.File("ttyUSB0"), folder.File("locks")), Throws.TypeOf<DeviceHeldException>());
    }

    [Test]
    public void Another_port_is_free_and_a_lock_given_back_is_free()
    {
        using var folder = new TemporaryFolder();
        var held = DeviceLock.Take("a", "/dev/ttyUSB0", folder.Path);
        using var other = DeviceLock.Take("b", "/dev/ttyUSB1", folder.Path);
        held.Dispose();
        Assert.That(() => DeviceLock.Take("c", "/dev/ttyUSB0", folder.Path).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_lock_whose_holder_cannot_be_written_is_free()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => DeviceLock.Take("a", "/dev/ttyUSB0", folder.Path, new NoClock()), Throws.TypeOf<IOException>());
        Assert.That(() => DeviceLock.Take("a", "/dev/ttyUSB0", folder.Path).Dispose(), Throws.Nothing);
    }

#pragma warning disable CA1416 // file modes: boards are driven from Linux only
    [Test]
    public void A_link_that_somebody_laid_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        var mine = folder.File("mine");
        File.WriteAllText(mine, "untouched");
        File.SetUnixFileMode(mine, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(folder.File("locks"));
        File.CreateSymbolicLink(folder.File("locks/dev-ttyUSB0.lock"), mine);
        Assert.That(() => DeviceLock.Take("a", "/dev/ttyUSB0", folder.File("locks")), Throws.TypeOf<IOException>().With.Message.Contains("next: ls -ld"));
        Assert.That((File.ReadAllText(mine), File.GetUnixFileMode(mine)), Is.EqualTo(("untouched", UnixFileMode.UserRead | UnixFileMode.UserWrite)));
        Assert.That(DeviceLock.HolderOf("/dev/ttyUSB0", folder.File("locks")), Is.Null);

        Directory.CreateDirectory(folder.File("private"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(folder.File("elsewhere"), folder.File("private"));
        Assert.That(() => DeviceLock.Take("a", "/dev/ttyUSB0", folder.File("elsewhere")), Throws.TypeOf<IOException>().With.Message.Contains("is a link"));
        Assert.That(File.GetUnixFileMode(folder.File("private")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }
#pragma warning restore CA1416

    private sealed class NoClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new IOException("no space left");
    }

    [TestCase("/dev/a/b", "/dev/a-b")]
    [TestCase("/dev/a-b", "/dev/a%2db")]
    [TestCase("/dev/a%b", "/dev/a%25b")]
    public void Two_ports_are_two_locks_however_alike_their_names(string one, string other)
    {
        using var folder = new TemporaryFolder();
        using var held = DeviceLock.Take("a", one, folder.Path);
        Assert.That(() => DeviceLock.Take("b", other, folder.Path).Dispose(), Throws.Nothing);
    }

    [Test]
    public async Task The_lock_of_a_killed_holder_is_free()
    {
        using var folder = new TemporaryFolder();
        DeviceLock.Take("a", "/dev/ttyUSB0", folder.Path).Dispose();
        var file = Directory.GetFiles(folder.Path).Single();
        var start = new ProcessStartInfo("flock", ["--no-fork", file, "sh", "-c", "echo held; exec sleep 60"]) { RedirectStandardOutput = true };
        using var holder = Process.Start(start)!;
        Assert.That(await holder.StandardOutput.ReadLineAsync(TestEnvironment.Timeout()), Is.EqualTo("held"));
        Assert.That(() => DeviceLock.Take("b", "/dev/ttyUSB0", folder.Path), Throws.TypeOf<DeviceHeldException>());
        holder.Kill();
        await holder.WaitForExitAsync(TestEnvironment.Timeout());
        Assert.That(() => DeviceLock.Take("b", "/dev/ttyUSB0", folder.Path).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_held_lock_tells_for_how_long_and_by_which_command()
    {
        using var folder = new TemporaryFolder();
        var clock = new HandClock();
        using var held = DeviceLock.Take("a", "/dev/ttyUSB0", folder.Path, clock);
        clock.Now += TimeSpan.FromMinutes(3);
        var e = Assert.Throws<DeviceHeldException>(() => DeviceLock.Take("b", "/dev/ttyUSB0", folder.Path, clock))!;
        Assert.That(e.Age, Is.EqualTo(TimeSpan.FromMinutes(3)));
        Assert.That(e.HolderWithAge, Does.EndWith(", for 3 min").And.Contain(Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0])));
        Assert.That(DeviceLock.HolderOf("/dev/ttyUSB0", folder.Path), Is.EqualTo(e.Holder));
        Assert.That(DeviceLock.HolderOf("/dev/ttyUSB1", folder.Path), Is.Null);
    }

    private sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
