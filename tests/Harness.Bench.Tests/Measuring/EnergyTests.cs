using Harness.Hardware.Sensors.Chips;

namespace Harness.Bench.Tests.Measuring;

[TestFixture]
public sealed class EnergyTests
{
    [Test]
    public void The_charge_of_a_window_is_the_area_below_the_current()
    {
        // 10 mA, from 1 ms to 2 ms rising to 30 mA, then 30 mA.
        var trace = new CurrentTrace([(0, 0.010), (1_000_000, 0.010), (2_000_000, 0.030), (4_000_000, 0.030)]);
        Assert.Multiple(() =>
        {
            Assert.That(trace.Charge(0, 1_000_000), Is.EqualTo(10e-6).Within(1e-12));
            Assert.That(trace.Charge(1_000_000, 2_000_000), Is.EqualTo(20e-6).Within(1e-12));
            Assert.That(trace.Charge(1_500_000, 2_000_000), Is.EqualTo(12.5e-6).Within(1e-12));
            Assert.That(trace.Charge(500_000, 3_000_000), Is.EqualTo(5e-6 + 20e-6 + 30e-6).Within(1e-12));
            Assert.That(trace.Charge(0, 4_000_000) - trace.Charge(0, 2_500_000), Is.EqualTo(trace.Charge(2_500_000, 4_000_000)).Within(1e-15));
        });
    }

    [Test]
    public async Task An_operation_that_draws_more_is_seen_above_idle_and_by_its_amount()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  host: {kind: host, supply: meter}\nsensors:\n  meter: {kind: sensor, binding: ina219, driver: model}\n", "r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = new BenchDrivers(typeof(EnergyTests).Assembly) });
        _load = bench.Sensors.Model("meter")!;
        _load.Set("current", 20);
        _load.Set("bus-voltage", 5);
        var result = await new EnergyRun(bench).RunAsync(new MeasureRequest("host", "energy-test-load", 12) { WarmUp = 1 }, null, CancellationToken.None);
        var seconds = result.Seconds.Average();
        Assert.Multiple(() =>
        {
            Assert.That(result.NoBoard, Does.Contain("the meter is a model"));
            Assert.That(result.Charges, Has.Count.GreaterThanOrEqualTo(12)); // what a busy machine's meter missed is run again
            Assert.That(result.IdleAmperes, Is.EqualTo(0.020).Within(0.001));
            Assert.That(result.Volts, Is.EqualTo(5).Within(0.01));

            // 80 mA for all of its time; at each end up to two values of the meter blur it, on a busy machine more.
            Assert.That(result.Charge.Mean, Is.EqualTo(0.080 * seconds).Within(0.2 * 0.080 * seconds));
            Assert.That(result.ChargeAboveIdle.Mean, Is.GreaterThan(10 * result.FloorCoulombs).And.EqualTo(0.060 * seconds).Within(0.25 * 0.060 * seconds));
            Assert.That(result.Charge.Interval.Low, Is.LessThanOrEqualTo(result.Charge.Mean));
            Assert.That(result.Charge.Interval.High, Is.GreaterThanOrEqualTo(result.Charge.Mean));
        });
    }

    [Test]
    public async Task A_meter_that_breaks_in_the_middle_is_a_broken_rig_and_nothing_is_run_again()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  host: {kind: host, supply: meter}\nsensors:\n  meter: {kind: sensor, binding: ina219, driver: model}\n", "r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = new BenchDrivers(typeof(EnergyTests).Assembly) });
        (_load, _breaks) = (bench.Sensors.Model("meter")!, 0);
        Assert.That(
            () => new EnergyRun(bench).RunAsync(new MeasureRequest("host", "energy-test-break", 12) { WarmUp = 0 }, null, CancellationToken.None),
            Throws.InstanceOf<Record.RigErrorException>().With.Property("Item").EqualTo("supply of host"));
        Assert.That(_breaks, Is.EqualTo(12));
    }

    [Test]
    public void A_device_without_a_meter_is_inconclusive()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  host: {kind: host}\n", "r.yaml");
        var bench = new TestBench(rig, new TestBenchOptions());
        Assert.That(
            () => new EnergyRun(bench).RunAsync(new MeasureRequest("host", "seal", 1), null, CancellationToken.None),
            Throws.InstanceOf<Record.InconclusiveException>().With.Property("Expected").Contains("INA219"));
    }

    private static ISensorModel _load = null!; // of the test that runs the operation
    private static int _breaks;

    /// <summary>An operation that leaves the meter without power.</summary>
    [MeasuredOperation("energy-test-break", "breaks the meter", "load")]
    public static ValueTask<IMeasuredOperation> OpenBreak(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => () =>
    {
        _load.Fault = ChipFault.Gone;
        _breaks++;
    });

    /// <summary>An operation that draws 80 mA for 60 ms.</summary>
    [MeasuredOperation("energy-test-load", "draws current for a time", "load")]
    public static ValueTask<IMeasuredOperation> OpenLoad(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => () =>
    {
        _load.Set("current", 80);
        Thread.Sleep(60); // the time is the thing measured
        _load.Set("current", 20);
    });

    [TestCase("ina219", 0.0001)]
    [TestCase("ina260", 0.00125)]
    public void A_meter_reads_current_and_voltage_of_it_load_and_leaves_it_as_after_power_on(string chip, double step)
    {
        var model = SensorChip.All.Single(c => c.Name == chip).CreateModel(TimeProvider.System);
        model.Set("current", 42.5);
        model.Set("bus-voltage", 3.3);
        using (var meter = SupplyMeter.Open(chip, model, new Dictionary<string, string>()))
        {
            Assert.That(meter.StepAmperes, Is.EqualTo(step).Within(1e-9));
            Assert.That(meter.ReadCurrent(), Is.EqualTo(0.0425).Within(step / 2 + 1e-9));
            Assert.That(meter.ReadVoltage(), Is.EqualTo(3.3).Within(0.003));
            model.Set("current", -5);
            Assert.That(meter.ReadCurrent(), Is.EqualTo(-0.005).Within(step / 2 + 1e-9));
        }

        // An INA219 is known by its configuration after power-on: a second meter finds it.
        Assert.That(() => SupplyMeter.Open(chip, model, new Dictionary<string, string>()).Dispose(), Throws.Nothing);
    }

    [TestCase("ina219")]
    [TestCase("ina260")]
    public void A_meter_that_is_another_chip_or_gone_is_told(string chip)
    {
        var model = SensorChip.All.Single(c => c.Name == chip).CreateModel(TimeProvider.System);
        model.Fault = ChipFault.OtherChip;
        Assert.That(() => SupplyMeter.Open(chip, model, new Dictionary<string, string>()), Throws.InstanceOf<Hardware.HardwareException>().With.Property("Failure").EqualTo(Hardware.HardwareFailure.WrongChip));
        model.Fault = ChipFault.Gone;
        Assert.That(() => SupplyMeter.Open(chip, model, new Dictionary<string, string>()), Throws.InstanceOf<Hardware.HardwareException>().With.Property("Failure").EqualTo(Hardware.HardwareFailure.NoAcknowledge));
    }
}
