using R = Harness.Hardware.Sensors.Bme280Registers;

namespace Harness.Hardware.Sensors;

/// <summary>The analogue part of the model: converts air to raw values, with resolution, filter and conversion time.</summary>
internal sealed class Bme280Converter(Bme280Calibration calibration)
{
    private static readonly int[] _s_filter = [1, 2, 4, 8, 16, 16, 16, 16]; // table 28
    private double? _filteredPressure;
    private double? _filteredTemperature;
    private int _filterCode;

    /// <summary>The filter bits of config; a write starts the filter afresh (3.4.4).</summary>
    public int FilterCode
    {
        get => _filterCode;
        set
        {
            _filterCode = value;
            _filteredPressure = null;
            _filteredTemperature = null;
        }
    }

    /// <summary>Typical time of one measurement, section 9.1: 1 ms, 2 ms a conversion, 0.5 ms each for pressure and humidity.</summary>
    public TimeSpan ConversionTime(byte control, byte humidity)
    {
        var t = Samples(control >> 5);
        var p = Samples(control >> 2);
        var h = Samples(humidity);
        return TimeSpan.FromMilliseconds(1 + (2 * t) + (p == 0 ? 0 : (2 * p) + 0.5) + (h == 0 ? 0 : (2 * h) + 0.5));
    }

    /// <summary>Fills press_msb..hum_lsb.</summary>
    public void Convert(Span<byte> data, byte control, byte humidity, double celsius, double percent, double hectopascal)
    {
        var rawT = Bme280Inverse.RawTemperature(calibration, celsius);
        var rawP = Bme280Inverse.RawPressure(calibration, hectopascal * 100, celsius);
        var rawH = Bme280Inverse.RawHumidity(calibration, percent, celsius);
        Put20(data, Filtered(rawP, control >> 2, ref _filteredPressure));
        Put20(data[3..], Filtered(rawT, control >> 5, ref _filteredTemperature));
        var h = Samples(humidity) == 0 ? R.Skipped16Bits : (uint)Math.Clamp(Math.Round(rawH), 0, 0xFFFF);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], (ushort)h);
    }

    /// <summary>Table 16, both blocks.</summary>
    public void WriteCalibration(Span<byte> registers)
    {
        var c = calibration;
        ReadOnlySpan<int> words = [c.T1, c.T2, c.T3, c.P1, c.P2, c.P3, c.P4, c.P5, c.P6, c.P7, c.P8, c.P9];
        for (var i = 0; i < words.Length; i++)
        {
            registers[0x88 + (2 * i)] = (byte)words[i];
            registers[0x89 + (2 * i)] = (byte)(words[i] >> 8);
        }

        registers[0xA1] = c.H1;
        registers[0xE1] = (byte)c.H2;
        registers[0xE2] = (byte)(c.H2 >> 8);
        registers[0xE3] = c.H3;
        registers[0xE4] = (byte)(c.H4 >> 4);
        registers[0xE5] = (byte)((c.H4 & 0x0F) | ((c.H5 & 0x0F) << 4));
        registers[0xE6] = (byte)(c.H5 >> 4);
        registers[0xE7] = (byte)c.H6;
    }

    private static int Samples(int code) => (code & 7) switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        4 => 8,
        _ => 16,
    };

    private static void Put20(Span<byte> data, uint raw)
    {
        data[0] = (byte)(raw >> 12);
        data[1] = (byte)(raw >> 4);
        data[2] = (byte)(raw << 4);
    }

    // Without filter 16 bits and one more a doubling, with it 20 (3.4.1, 3.4.2); old·(c-1)/c + new/c (3.4.4).
    private uint Filtered(double raw, int code, ref double? filtered)
    {
        var samples = Samples(code);
        if (samples == 0)
        {
            filtered = null;
            return R.Skipped20Bits;
        }

        var coefficient = _s_filter[FilterCode & 7];
        var value = filtered is { } old && coefficient > 1 ? ((old * (coefficient - 1)) + raw) / coefficient : raw;
        filtered = value;
        var step = coefficient > 1 ? 1 : 16 / samples;
        return (uint)Math.Clamp(Math.Round(value / step) * step, 0, 0x100000 - step);
    }
}
