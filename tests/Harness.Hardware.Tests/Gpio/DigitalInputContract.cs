namespace Harness.Hardware.Tests.Gpio;

/// <summary>What every digital input keeps.</summary>
public abstract class DigitalInputContract
{
    private IDigitalInput _input = null!;

    protected abstract IDigitalInput Open(string name);

    [SetUp]
    public void OpenInput() => _input = Open("button");

    [TearDown]
    public void CloseInput() => _input?.Dispose();

    [Test]
    public void It_has_the_name_the_rig_gave_it() => Assert.That(_input.Name, Is.EqualTo("button"));

    [Test]
    public void A_line_at_rest_reads_the_same_each_time()
    {
        var level = _input.Read();
        Assert.That(Enumerable.Range(0, 100).Select(_ => _input.Read()), Is.All.EqualTo(level));
    }

    [Test]
    public void A_closed_input_refuses_and_may_be_closed_again()
    {
        _input.Dispose();
        _input.Dispose();
        Assert.That(() => _input.Read(), Throws.InstanceOf<ObjectDisposedException>());
    }
}

[TestFixture]
public sealed class ModelDigitalInputContract : DigitalInputContract
{
    protected override IDigitalInput Open(string name) => new ModelDigitalInput(name);
}

[TestFixture]
public sealed class LinuxGpioInputContract : DigitalInputContract
{
    protected override IDigitalInput Open(string name) => RealDevices.GpioInput(name);
}

[TestFixture]
public sealed class ModelDigitalInputTests
{
    [Test]
    public void It_reads_what_is_set()
    {
        using var input = new ModelDigitalInput("door", level: true);
        Assert.That(input.Read(), Is.True);
        input.Level = false;
        Assert.That(input.Read(), Is.False);
    }

    [Test]
    public void Taken_off_the_bench_it_fails_as_vanished()
    {
        using var input = new ModelDigitalInput("door") { Present = false };
        var failure = Assert.Throws<HardwareException>(() => input.Read())!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Vanished));
        Assert.That(failure.Device, Is.EqualTo("door"));
    }
}
