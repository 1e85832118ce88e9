namespace Harness.Hardware.Tests.Sensors;

/// <summary>The built-in driver.</summary>
[TestFixture]
public sealed class BuiltInClimateSensorContract : ClimateSensorContract
{
    protected override IClimateSensor Open(II2cDevice chip) => new Bme280(chip);
}
