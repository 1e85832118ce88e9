using R = Harness.Hardware.Sensors.Bme280Registers;

namespace Harness.Hardware.Sensors;

/// <summary>
/// A BME280 down to its registers (BST-BME280-DS002 sections 3, 5 and 6.2): modes, timing, shadowing, filter, resolution and the
/// rules of its bus. It replaces the chip on a bench without one, and the package's own driver reads it. Thread-safe.
/// </summary>
public sealed class Bme280RegisterModel : I2cDevice
{
    private static readonly TimeSpan _s_startTime = TimeSpan.FromMilliseconds(2);                      // table 1
    private static readonly double[] _s_standbyMs = [0.5, 62.5, 125, 250, 500, 1000, 10, 20];          // table 27, t_sb

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly byte[] _registers = new byte[256];
    private readonly Bme280Converter _converter;
    private long _resetAt;
    private long _measuringSince;
    private bool _measuring;
    private byte _pointer;
    private byte _humidityInForce;
    private double _celsius = 21.5;
    private double _percent = 40;
    private double _hectopascal = 1013.25;
    private bool _disposed;

    /// <summary>Powers the chip up, asleep, at 21.5 °C, 40 % and 1013.25 hPa.</summary>
    /// <param name="address">0x76 (SDO to ground) or 0x77.</param>
    /// <param name="calibration">Its trimming parameters; by default those of a typical part.</param>
    /// <param name="time">The clock that times its conversions.</param>
    public Bme280RegisterModel(int address = Bme280Sensor.DefaultAddress, Bme280Calibration? calibration = null, TimeProvider? time = null)
    {
        if (address is not (0x76 or 0x77))
        {
            throw new ArgumentOutOfRangeException(nameof(address), address, "A BME280 has address 0x76 or 0x77.");
        }

        ConnectionSettings = new I2cConnectionSettings(0, address);
        _time = time ?? TimeProvider.System;
        _converter = new Bme280Converter(calibration ?? TypicalCalibration);
        PowerUp();
    }

    /// <summary>
    /// Trimming of a plausible part: T and P of the worked example in the BMP280 data sheet (BST-BMP280-DS001, 3.12), H of a
    /// common part.
    /// </summary>
    public static Bme280Calibration TypicalCalibration { get; } = new()
    {
        T1 = 27504, T2 = 26435, T3 = -1000,
        P1 = 36477, P2 = -10685, P3 = 3024, P4 = 2855, P5 = 140, P6 = -7, P7 = 15500, P8 = -14600, P9 = 6000,
        H1 = 75, H2 = 361, H3 = 0, H4 = 328, H5 = 50, H6 = 30,
    };

    /// <summary>The chip's address; the bus number is 0, as a model is on no bus.</summary>
    public override I2cConnectionSettings ConnectionSettings { get; }

    /// <summary>The air: temperature in °C, -40 to 85.</summary>
    public double Celsius
    {
        get => Get(ref _celsius);
        set => Set(ref _celsius, value, -40, 85);
    }

    /// <summary>The air: relative humidity in %, 0 to 100.</summary>
    public double PercentHumidity
    {
        get => Get(ref _percent);
        set => Set(ref _percent, value, 0, 100);
    }

    /// <summary>The air: pressure in hPa, 300 to 1100.</summary>
    public double Hectopascal
    {
        get => Get(ref _hectopascal);
        set => Set(ref _hectopascal, value, 300, 1100);
    }

    /// <summary>False where the chip is off the bus and acknowledges nothing.</summary>
    public bool Present { get; set; } = true;

    /// <summary>True where a conversion that has begun never ends (a broken chip).</summary>
    public bool Stuck { get; set; }

    /// <summary>The value of the id register: 0x60; another value simulates another chip.</summary>
    public byte ChipId { get; set; } = R.ChipId;

    /// <inheritdoc/>
    /// <remarks>Section 6.2.1: pairs of register and value, no auto-increment; a lone last byte sets the register to read from.</remarks>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            Acknowledge();
            for (var i = 0; i < buffer.Length; i += 2)
            {
                _pointer = buffer[i];
                if (i + 1 < buffer.Length)
                {
                    WriteRegister(buffer[i], buffer[i + 1]);
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Section 6.2.2: the register address rises by itself; the whole burst is of one measurement (section 4.1).</remarks>
    public override void Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            Acknowledge();
            foreach (ref var value in buffer)
            {
                value = _pointer == R.Id ? ChipId : _registers[_pointer];
                _pointer++;
            }
        }
    }

    /// <inheritdoc/>
    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        lock (_gate)
        {
            Write(writeBuffer);
            Read(readBuffer);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _disposed = true;

    private void Acknowledge()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Present)
        {
            throw new HardwareException(
                HardwareFailure.NoAcknowledge, "BME280 model", $"BME280 model at 0x{ConnectionSettings.DeviceAddress:x2}: nobody acknowledges; the model was taken off the bus.", "./harness rig show");
        }

        Advance();
    }

    private void WriteRegister(byte register, byte value)
    {
        switch (register)
        {
            case R.Reset when value == R.ResetCommand:
                PowerUp();
                break;
            case R.ControlHumidity:
                _registers[register] = (byte)(value & 0x07); // in force only after ctrl_meas is written (5.4.3)
                break;
            case R.ControlMeasure:
                Control(value);
                break;
            case R.Config when (_registers[R.ControlMeasure] & R.ModeMask) != R.Normal: // ignored in normal mode (5.4.6)
                _registers[register] = (byte)(value & 0xFD);
                _converter.FilterCode = (value >> 2) & 0x07;
                break;
        }
    }

    private void Control(byte value)
    {
        _humidityInForce = _registers[R.ControlHumidity];
        _registers[R.ControlMeasure] = value;
        var mode = value & R.ModeMask;
        SetMeasuring(mode != R.Sleep);
        _measuringSince = _time.GetTimestamp();
    }

    private void PowerUp()
    {
        Array.Clear(_registers);
        _converter.WriteCalibration(_registers);
        _registers[R.Status] = R.CopyingCalibration;
        _registers[R.Data] = _registers[R.Data + 3] = _registers[R.Data + 6] = 0x80; // section 5.3, reset state
        _converter.FilterCode = 0;
        _humidityInForce = 0;
        _measuring = false;
        _resetAt = _time.GetTimestamp();
    }

    /// <summary>Brings the state up to the clock's time, as nothing here runs by itself.</summary>
    private void Advance()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_resetAt, now) >= _s_startTime)
        {
            _registers[R.Status] &= unchecked((byte)~R.CopyingCalibration);
        }

        var control = _registers[R.ControlMeasure];
        var mode = control & R.ModeMask;
        if (mode == R.Sleep || Stuck)
        {
            return;
        }

        var conversion = _converter.ConversionTime(control, _humidityInForce);
        if (mode != R.Normal)
        {
            if (_time.GetElapsedTime(_measuringSince, now) >= conversion)
            {
                Convert(control);
                SetMeasuring(false);
                _registers[R.ControlMeasure] = (byte)(control & ~R.ModeMask); // back to sleep by itself (3.3.3)
            }

            return;
        }

        var period = conversion + TimeSpan.FromMilliseconds(_s_standbyMs[_registers[R.Config] >> 5]);
        var ticksPerPeriod = (long)(period.TotalSeconds * _time.TimestampFrequency);
        while (true)
        {
            var elapsed = _time.GetElapsedTime(_measuringSince, now);
            if (_measuring && elapsed >= conversion)
            {
                Convert(control);
                SetMeasuring(false);
            }

            if (elapsed < period)
            {
                return;
            }

            // Only the filter could distinguish the cycles of a long silence, and it has settled by then.
            var periods = Math.Max(1, (now - _measuringSince) / ticksPerPeriod);
            _measuringSince += (periods > 256 ? periods - 256 : 1) * ticksPerPeriod;
            SetMeasuring(true);
        }
    }

    private void Convert(byte control) =>
        _converter.Convert(_registers.AsSpan(R.Data, R.DataLength), control, _humidityInForce, _celsius, _percent, _hectopascal);

    private void SetMeasuring(bool measuring)
    {
        _measuring = measuring;
        _registers[R.Status] = (byte)((_registers[R.Status] & ~R.Measuring) | (measuring ? R.Measuring : 0));
    }

    private double Get(ref double value)
    {
        lock (_gate)
        {
            return value;
        }
    }

    private void Set(ref double field, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"A BME280 measures {low} to {high}.");
        }

        lock (_gate)
        {
            Advance(); // a conversion that ended before this moment saw the old air
            field = value;
        }
    }
}
