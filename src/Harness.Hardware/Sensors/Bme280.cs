using System.Buffers.Binary;
using System.Globalization;
using R = Harness.Hardware.Bme280Registers;

namespace Harness.Hardware;

/// <summary>
/// Driver of the Bosch BME280 temperature, humidity and pressure sensor (BST-BME280-DS002): one forced measurement a reading,
/// filter off. The same code reads a real chip and <see cref="Bme280RegisterModel"/>. It owns the device. Not thread-safe.
/// </summary>
public sealed class Bme280 : IClimateSensor
{
    /// <summary>The address with SDO to ground.</summary>
    public const int DefaultAddress = 0x76;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_startTime = TimeSpan.FromMilliseconds(50);        // 2 ms by table 1, with room for a slow bus
    private static readonly TimeSpan s_measurementTime = TimeSpan.FromMilliseconds(500); // 113 ms at most by section 9.1, with room

    private readonly II2cDevice _device;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan, CancellationToken> _pause;
    private readonly Bme280Oversampling _oversampling;
    private readonly string _name;

    /// <summary>Checks the chip id, waits until the chip has loaded its calibration, and reads that once.</summary>
    /// <param name="device">The chip on its bus; disposed with this, also when this throws.</param>
    /// <param name="oversampling">For all three quantities.</param>
    /// <param name="time">The clock of the time-outs.</param>
    /// <exception cref="HardwareException">Nobody answers, another chip answers, or its calibration is blank.</exception>
    public Bme280(II2cDevice device, Bme280Oversampling oversampling = Bme280Oversampling.X1, TimeProvider? time = null)
        : this(device, oversampling, time ?? TimeProvider.System, Sleep)
    {
    }

    internal Bme280(II2cDevice device, Bme280Oversampling oversampling, TimeProvider time, Action<TimeSpan, CancellationToken> pause)
    {
        _device = device;
        _oversampling = oversampling;
        _time = time;
        _pause = pause;
        _name = device is LinuxI2cDevice
            ? $"BME280 at {device}"
            : string.Create(CultureInfo.InvariantCulture, $"BME280 at 0x{device.Address:x2}");
        try
        {
            CheckChip();
            WaitFor(() => (ReadRegister(R.Status) & R.CopyingCalibration) == 0, s_startTime, "loading its calibration", CancellationToken.None);
            Calibration = ReadCalibration();
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>The chip's trimming parameters.</summary>
    public Bme280Calibration Calibration { get; }

    /// <summary>Measures once and waits for it by the chip's own status (10 ms at X1, 100 ms at X16).</summary>
    /// <exception cref="HardwareException">The chip is gone, does not finish, or gives values outside its range.</exception>
    public Bme280Reading Read(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StartMeasurement();

        // Both: the measuring bit alone may still be clear just after the start, and old data would pass for new.
        WaitFor(HasFinished, s_measurementTime, "measuring", cancellationToken);
        Span<byte> data = stackalloc byte[R.DataLength];
        ReadRegisters(R.Data, data); // one burst: the chip keeps the three of one measurement together
        return Compensate(data);
    }

    /// <summary>As <see cref="Read"/>, for who can go on without a reading.</summary>
    /// <returns>False, and no reading, where <see cref="Read"/> would throw <see cref="IOException"/>.</returns>
    public bool TryRead(out Bme280Reading reading, CancellationToken cancellationToken = default)
    {
        try
        {
            reading = Read(cancellationToken);
            return true;
        }
        catch (IOException)
        {
            reading = default;
            return false;
        }
    }

    /// <summary>Closes the device.</summary>
    public void Dispose() => _device.Dispose();

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

    private Bme280Calibration ReadCalibration()
    {
        Span<byte> low = stackalloc byte[R.CalibrationLowLength];
        Span<byte> high = stackalloc byte[R.CalibrationHighLength];
        ReadRegisters(R.CalibrationLow, low);
        ReadRegisters(R.CalibrationHigh, high);
        var calibration = Parse(low, high);
        return calibration.T1 is 0 or ushort.MaxValue || calibration.P1 is 0 or ushort.MaxValue
            ? throw Fail(HardwareFailure.Implausible, "its calibration is blank; expected dig_T1 and dig_P1 in use")
            : calibration;
    }

    /// <summary>Table 16: little-endian words; dig_H4 and dig_H5 share 0xE5, 12 bits each, signed.</summary>
    internal static Bme280Calibration Parse(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high) => new()
    {
        T1 = BinaryPrimitives.ReadUInt16LittleEndian(low),
        T2 = BinaryPrimitives.ReadInt16LittleEndian(low[2..]),
        T3 = BinaryPrimitives.ReadInt16LittleEndian(low[4..]),
        P1 = BinaryPrimitives.ReadUInt16LittleEndian(low[6..]),
        P2 = BinaryPrimitives.ReadInt16LittleEndian(low[8..]),
        P3 = BinaryPrimitives.ReadInt16LittleEndian(low[10..]),
        P4 = BinaryPrimitives.ReadInt16LittleEndian(low[12..]),
        P5 = BinaryPrimitives.ReadInt16LittleEndian(low[14..]),
        P6 = BinaryPrimitives.ReadInt16LittleEndian(low[16..]),
        P7 = BinaryPrimitives.ReadInt16LittleEndian(low[18..]),
        P8 = BinaryPrimitives.ReadInt16LittleEndian(low[20..]),
        P9 = BinaryPrimitives.ReadInt16LittleEndian(low[22..]),
        H1 = low[25],
        H2 = BinaryPrimitives.ReadInt16LittleEndian(high),
        H3 = high[2],
        H4 = (short)(((sbyte)high[3] << 4) | (high[4] & 0x0F)),
        H5 = (short)(((sbyte)high[5] << 4) | (high[4] >> 4)),
        H6 = (sbyte)high[6],
    };

    private void StartMeasurement()
    {
        var code = (int)_oversampling;
        _device.Write([R.ControlMeasure, R.Sleep]);                   // in normal mode writes to config may be ignored (5.4.6)
        _device.Write([R.Config, 0]);                                 // filter off
        _device.Write([R.ControlHumidity, (byte)code]);               // takes effect with the next write of ctrl_meas (5.4.3)
        _device.Write([R.ControlMeasure, (byte)((code << 5) | (code << 2) | R.Forced)]);
    }

    private bool HasFinished()
    {
        Span<byte> state = stackalloc byte[2]; // status, ctrl_meas
        ReadRegisters(R.Status, state);
        return (state[0] & R.Measuring) == 0 && (state[1] & R.ModeMask) == R.Sleep;
    }

    private Bme280Reading Compensate(ReadOnlySpan<byte> data)
    {
        var pressure = (data[0] << 12) | (data[1] << 4) | (data[2] >> 4);
        var temperature = (data[3] << 12) | (data[4] << 4) | (data[5] >> 4);
        var humidity = (data[6] << 8) | data[7];

        // All three at once: each alone is also a true value (0x80000 is about 26 °C).
        if (temperature == R.Skipped20Bits && pressure == R.Skipped20Bits && humidity == R.Skipped16Bits)
        {
            throw Fail(HardwareFailure.Implausible, $"raw data {Convert.ToHexStringLower(data)} holds the reset values; expected a measurement: did the chip lose its supply?");
        }

        var fine = Bme280Compensation.FineTemperature(Calibration, temperature);
        var celsius = Bme280Compensation.CentiCelsius(fine) / 100.0;
        var hectopascal = Bme280Compensation.Pascal256(Calibration, pressure, fine) / 25600.0;
        var percent = Bme280Compensation.Percent1024(Calibration, humidity, fine) / 1024.0;
        if (celsius is < -40 or > 85 || hectopascal is not (>= 300 and <= 1100))
        {
            throw Fail(
                HardwareFailure.Implausible,
                string.Create(CultureInfo.InvariantCulture, $"{celsius:F2} °C and {hectopascal:F2} hPa from raw data {Convert.ToHexStringLower(data)}; expected -40 to 85 °C and 300 to 1100 hPa"));
        }

        return new Bme280Reading(celsius, percent, hectopascal.Value);
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

            _pause(s_pollInterval, cancellationToken);
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
        failure, _name, $"{_name}: {seen}.", (_device as LinuxI2cDevice)?.ScanCommand ?? "./harness rig show");
}
