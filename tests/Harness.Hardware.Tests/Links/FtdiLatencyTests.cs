namespace Harness.Hardware.Tests.Links;

[TestFixture]
public sealed class FtdiLatencyTests
{
    private string _sysfs = "";

    [SetUp]
    public void MakeTree()
    {
        _sysfs = Path.Combine(Path.GetTempPath(), $"sysfs-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Path.Combine(_sysfs, "ttyUSB3"));
    }

    [TearDown]
    public void Clean() => Directory.Delete(_sysfs, recursive: true);

    [Test]
    public void A_slow_adapter_gets_the_command_that_speeds_it_up()
    {
        SetTimer("16\n");
        Assert.That(FtdiLatency.Milliseconds("/dev/ttyUSB3", _sysfs), Is.EqualTo(16));
        Assert.That(FtdiLatency.Hint("/dev/ttyUSB3", _sysfs), Is.EqualTo($"echo 1 | sudo tee {_sysfs}/ttyUSB3/latency_timer"));
    }

    [Test]
    public void A_stable_name_finds_its_adapter()
    {
        SetTimer("16\n");
        var alias = Path.Combine(_sysfs, "usb-FTDI-if00");
        File.CreateSymbolicLink(alias, "/dev/ttyUSB3");
        Assert.That(FtdiLatency.Milliseconds(alias, _sysfs), Is.EqualTo(16));
    }

    [Test]
    public void A_fast_adapter_needs_nothing()
    {
        SetTimer("1\n");
        Assert.That(FtdiLatency.Hint("/dev/ttyUSB3", _sysfs), Is.Null);
    }

    [Test]
    public void A_line_without_the_knob_needs_nothing()
    {
        Assert.That(FtdiLatency.Milliseconds("/dev/ttyACM0", _sysfs), Is.Null);
        Assert.That(FtdiLatency.Hint("/dev/ttyACM0", _sysfs), Is.Null);
    }

    private void SetTimer(string text) => File.WriteAllText(Path.Combine(_sysfs, "ttyUSB3", "latency_timer"), text);
}
