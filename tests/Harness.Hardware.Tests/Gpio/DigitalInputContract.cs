namespace Harness.Hardware.Tests.Gpio;

/// <summary>Contract tests of every digital input.</summary>
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
public sealed class GpioModelInputContract : DigitalInputContract
{
    protected override IDigitalInput Open(string name) => GpioInput.On(new GpioLineModel(name));
}

[TestFixture]
public sealed class GpioHardwareInputContract : DigitalInputContract
{
    protected override IDigitalInput Open(string name) => RealDevices.GpioInput(name);
}
