using System.Device.I2c;
using System.Globalization;
using Harness.Hardware;
using Iot.Device.Bmxx80.ReadResult;
using IotDriver = Iot.Device.Bmxx80.Bme280;

namespace Harness.Drivers.DotNetIot;

/// <summary>A BME280 on Iot.Device.Bindings (4.2.0): one forced measurement a reading, one sample of each quantity, filter off. Not thread-safe.</summary>
/// <remarks>It waits a fixed 21 ms for a measurement and does not look at the chip's status; <see cref="Bme280"/> does.</remarks>
public sealed class IotBme280 : IClimateSensor
{
    private readonly string _name;
    private readonly string _next;
    private readonly IotDriver _driver;
    private bool _disposed;

    private IotBme280(I2cDevice device, string name, string next)
    {
        (_name, _next) = (name, next);
        try
        {
            _driver = new IotDriver(device);
        }
        catch (IOException e)
        {
            device.Dispose();
            throw e as HardwareException ?? Fail(
                e.Message.Contains("chip with id", StringComparison.Ordinal) ? HardwareFailure.WrongChip : HardwareFailure.NoAcknowledge, e.Message, e);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Opens a chip on a bus.</summary>
    /// <param name="bus">The bus, <c>/dev/i2c-N</c>.</param>
    /// <param name="address">7-bit address, 0x76 or 0x77.</param>
    /// <exception cref="HardwareException">No such bus, no permission, nobody answers, or another chip answers.</exception>
    public static IotBme280 Open(string bus, int address)
    {
        var number = NodeNumber.Of(bus, "/dev/i2c-");

        // The package says "Error" and a number of its own; the built-in driver says what is wrong with the bus and what to type.
        using (LinuxI2cDevice.Open(bus, address))
        {
        }

        return new IotBme280(
            I2cDevice.Create(new I2cConnectionSettings(number, address)),
            string.Create(CultureInfo.InvariantCulture, $"BME280 at {bus} address 0x{address:x2}"),
            string.Create(CultureInfo.InvariantCulture, $"i2cdetect -y {number}"));
    }

    /// <summary>The package's driver on a device of ours, for example the register model.</summary>
    internal static IotBme280 On(II2cDevice device) => new(
        new Adapter(device), string.Create(CultureInfo.InvariantCulture, $"BME280 at 0x{device.Address:x2}"), "./harness rig show");

    /// <inheritdoc/>
    public Bme280Reading Read(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Bme280ReadResult result;
        try
        {
            result = _driver.Read();
        }
        catch (IOException e) when (e is not HardwareException)
        {
            throw Fail(HardwareFailure.Vanished, e.Message, e);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (result is not { Temperature: { } temperature, Pressure: { } pressure, Humidity: { } humidity })
        {
            throw Fail(HardwareFailure.Implausible, "the package left a quantity out; expected all three");
        }

        var reading = new Bme280Reading(temperature.DegreesCelsius, humidity.Percent, pressure.Hectopascals);
        return reading is { Celsius: >= -40 and <= 85, Hectopascal: >= 300 and <= 1100 }
            ? reading
            : throw Fail(HardwareFailure.Implausible, $"{reading}; expected -40 to 85 °C and 300 to 1100 hPa");
    }

    /// <summary>Closes the device.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _driver.Dispose();
        }
    }

    private HardwareException Fail(HardwareFailure failure, string seen, Exception? inner = null) => new(failure, _name, $"{_name}: {seen}.", _next, inner);

    private sealed class Adapter(II2cDevice device) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(0, device.Address);

        public override void Read(Span<byte> buffer) => device.Read(buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => device.Write(buffer);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => device.WriteRead(writeBuffer, readBuffer);

        protected override void Dispose(bool disposing) => device.Dispose();
    }
}
