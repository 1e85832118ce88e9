namespace Harness.Hardware.Sensors;

/// <summary>Register addresses and bits of the BME280; Bosch BST-BME280-DS002, sections 5.3 and 5.4.</summary>
internal static class Bme280Registers
{
    public const byte CalibrationLow = 0x88;   // 0x88..0xA1, 26 bytes
    public const byte Id = 0xD0;
    public const byte Reset = 0xE0;
    public const byte ControlHumidity = 0xF2;
    public const byte Status = 0xF3;
    public const byte ControlMeasure = 0xF4;
    public const byte Config = 0xF5;
    public const byte Data = 0xF7;             // press 3, temp 3, hum 2
    public const int DataLength = 8;

    public const byte ChipId = 0x60;
    public const byte ResetCommand = 0xB6;
    public const byte Measuring = 0x08;
    public const byte CopyingCalibration = 0x01;

    public const byte ModeMask = 0x03;
    public const byte Sleep = 0x00;
    public const byte Normal = 0x03;

    public const uint Skipped20Bits = 0x80000;
    public const uint Skipped16Bits = 0x8000;

    /// <summary>The eight bytes of data after a reset.</summary>
    public static ReadOnlySpan<byte> ResetData => [0x80, 0, 0, 0x80, 0, 0, 0x80, 0];
}
