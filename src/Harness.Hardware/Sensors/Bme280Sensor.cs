using Harness.Hardware.I2c;
using Iot.Device.Bmxx80.FilteringMode;
using Iot.Device.Bmxx80.PowerMode;
using R = Harness.Hardware.Sensors.Bme280Registers;

namespace Harness.Hardware.Sensors;

/// <summary>
/// A BME280 on Iot.Device.Bindings (4.2.0): one forced measurement a reading, one sample of each quantity, filter off. It reads a real chip and
/// <see cref="Bme280RegisterModel"/> alike. It owns the device. Not thread-safe.
/// </summary>
/// <remarks>
/// The package's own Read waits a fixed 21 ms and returns old data where the chip is late; this class waits for the chip's status.
/// </remarks>
public sealed class Bme280Sensor : IClimateSensor
{
    /// <summary>The address with SDO to ground.</summary>
    public const int DefaultAddress = Bmx280Base.SecondaryI2cAddress;

    private static readonly TimeSpan _s_pollInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _s_startTime = TimeSpan.FromMilliseconds(50);        // 2 ms by table 1, with room for a slow bus
    private static readonly TimeSpan _s_measurementTime = TimeSpan.FromMilliseconds(500); // 9.3 ms at most by section 9.1, with room

    private readonly I2cDevice _device;
    private readonly Bme280 _driver;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan, CancellationToken> _pause;
    private readonly string _name;
    private bool _disposed;

    /// <summary>Checks the chip id, waits until the chip has loaded its calibration, and reads that once.</summary>
    /// <param name="device">The chip on its bus; disposed with this, also when this throws.</param>
    /// <param name="time">The clock of the time-outs.</param>
    /// <exception cref="HardwareException">Nobody answers, another chip answers, or its calibration is blank.</exception>
    public Bme280Sensor(I2cDevice device, TimeProvider? time = null)
        : this(device, time ?? TimeProvider.System, Sleep)
    {
    }

    internal Bme280Sensor(I2cDevice device, TimeProvider time, Action<TimeSpan, CancellationToken> pause)
    {
        ArgumentNullException.ThrowIfNull(device);
        (_device, _time, _pause) = (device, time, pause);
        _name = device is I2cBusDevice
            ? $"BME280 at {device}"
            : string.Create(CultureInfo.InvariantCulture, $"BME280 at 0x{device.ConnectionSettings.DeviceAddress:x2}");
        try
        {
            CheckChip();
            WaitFor(() => (ReadRegister(R.Status) & R.CopyingCalibration) == 0, _s_startTime, "loading its calibration", CancellationToken.None);
            CheckCalibration();
            _driver = new Bme280(device);
            Bme280SignRepair.Apply(_driver);
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
    /// <param name="time">The clock of the time-outs.</param>
    /// <exception cref="HardwareException">No such bus, no permission, nobody answers, or another chip answers.</exception>
    [ClimateSensorDriver("i2c")]
    public static Bme280Sensor Open(string bus, int address = DefaultAddress, TimeProvider? time = null) => new(I2cBusDevice.Open(bus, address), time);

    /// <summary>Reads a model of the chip.</summary>
    /// <param name="model">The model, from <see cref="Chips.Bme280Chip.CreateModel"/>; it stays the caller's.</param>
    /// <param name="time">The clock of the time-outs.</param>
    /// <exception cref="HardwareException">The model has a fault.</exception>
    public static Bme280Sensor On(ISensorModel model, TimeProvider? time = null) => new(((Bindings.ISensorTransports)model).OpenI2c(), time);

    /// <summary>Measures once and waits for the chip's own status (about 10 ms).</summary>
    /// <exception cref="HardwareException">The chip is gone, does not finish, or gives values outside its range.</exception>
    public ClimateReading Read(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        StartMeasurement();

        // Both bits: the measuring bit alone may still be clear just after the start, and old data would be taken for new.
        WaitFor(() => !_driver.ReadStatus().Measuring && _driver.ReadPowerMode() == Bmx280PowerMode.Sleep, _s_measurementTime, "measuring", cancellationToken);
        Span<byte> raw = stackalloc byte[R.DataLength];
        ReadRegisters(R.Data, raw);

        // All three at once, as each alone is also a possible value (0x80000 is about 26 °C).
        if (raw.SequenceEqual(R.ResetData))
        {
            throw Fail(HardwareFailure.Implausible, $"raw data {Convert.ToHexStringLower(raw)} holds the reset values; expected a measurement: did the chip lose its supply?");
        }

        if (!_driver.TryReadTemperature(out var temperature) || !_driver.TryReadHumidity(out var humidity) || !_driver.TryReadPressure(out var pressure))
        {
            throw Fail(HardwareFailure.Implausible, "a quantity was not measured; expected all three");
        }

        var reading = new ClimateReading(temperature, humidity, pressure);
        return reading is { Temperature.DegreesCelsius: >= -40 and <= 85, Pressure.Hectopascals: >= 300 and <= 1100 }
            ? reading
            : throw Fail(HardwareFailure.Implausible, $"{reading} from raw data {Convert.ToHexStringLower(raw)}; expected -40 to 85 °C and 300 to 1100 hPa");
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

    private static void Sleep(TimeSpan interval, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne(interval);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void CheckChip()
    {
        var id = ReadRegister(R.Id);
        if (id == R.ChipId)
        {
            return;
        }

        var seen = id switch
        {
            0x56 or 0x57 or 0x58 => "a BMP280, which measures no humidity",
            0x61 => "a BME680",
            0x55 => "a BMP180",
            0x00 or 0xFF => "an empty or stuck bus",
            _ => "an unknown chip",
        };
        throw Fail(HardwareFailure.WrongChip, $"chip id 0x{id:x2}, {seen}; expected 0x{R.ChipId:x2}");
    }

    // The package takes any trimming values; blank ones can give plausible readings.
    private void CheckCalibration()
    {
        Span<byte> words = stackalloc byte[8];
        ReadRegisters(R.CalibrationLow, words);
        if (BinaryPrimitives.ReadUInt16LittleEndian(words) is 0 or ushort.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(words[6..]) is 0 or ushort.MaxValue)
        {
            throw Fail(HardwareFailure.Implausible, "its calibration is blank; expected dig_T1 and dig_P1 in use");
        }
    }

    // All settings each time: a chip that lost its supply has lost them.
    private void StartMeasurement()
    {
        _driver.SetPowerMode(Bmx280PowerMode.Sleep);            // in normal mode writes to config may be ignored (5.4.6)
        _driver.FilterMode = Bmx280FilteringMode.Off;
        _driver.HumiditySampling = Sampling.UltraLowPower;      // takes effect with the next write of ctrl_meas (5.4.3)
        _driver.TemperatureSampling = Sampling.UltraLowPower;
        _driver.PressureSampling = Sampling.UltraLowPower;
        _driver.SetPowerMode(Bmx280PowerMode.Forced);
    }

    private void WaitFor(Func<bool> done, TimeSpan limit, string doing, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (!done())
        {
            if (_time.GetElapsedTime(start) > limit)
            {
                throw Fail(HardwareFailure.TimedOut, $"still {doing} after {limit.TotalMilliseconds} ms; expected it to be done");
            }

            _pause(_s_pollInterval, cancellationToken);
        }
    }

    private byte ReadRegister(byte register)
    {
        Span<byte> value = stackalloc byte[1];
        ReadRegisters(register, value);
        return value[0];
    }

    private void ReadRegisters(byte first, Span<byte> values) => _device.WriteRead([first], values);

    private HardwareException Fail(HardwareFailure failure, string seen) => new(
        failure, _name, $"{_name}: {seen}.", (_device as I2cBusDevice)?.ScanCommand ?? "./harness rig show");
}
