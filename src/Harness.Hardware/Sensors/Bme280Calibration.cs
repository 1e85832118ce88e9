namespace Harness.Hardware.Sensors;

/// <summary>Trimming parameters dig_T1..dig_H6 of one BME280; data sheet section 4.2.2, table 16.</summary>
public sealed record Bme280Calibration
{
    /// <summary>dig_T1.</summary>
    public ushort T1 { get; init; }

    /// <summary>dig_T2.</summary>
    public short T2 { get; init; }

    /// <summary>dig_T3.</summary>
    public short T3 { get; init; }

    /// <summary>dig_P1.</summary>
    public ushort P1 { get; init; }

    /// <summary>dig_P2.</summary>
    public short P2 { get; init; }

    /// <summary>dig_P3.</summary>
    public short P3 { get; init; }

    /// <summary>dig_P4.</summary>
    public short P4 { get; init; }

    /// <summary>dig_P5.</summary>
    public short P5 { get; init; }

    /// <summary>dig_P6.</summary>
    public short P6 { get; init; }

    /// <summary>dig_P7.</summary>
    public short P7 { get; init; }

    /// <summary>dig_P8.</summary>
    public short P8 { get; init; }

    /// <summary>dig_P9.</summary>
    public short P9 { get; init; }

    /// <summary>dig_H1.</summary>
    public byte H1 { get; init; }

    /// <summary>dig_H2.</summary>
    public short H2 { get; init; }

    /// <summary>dig_H3.</summary>
    public byte H3 { get; init; }

    /// <summary>dig_H4: 12 bits, signed.</summary>
    public short H4 { get; init; }

    /// <summary>dig_H5: 12 bits, signed.</summary>
    public short H5 { get; init; }

    /// <summary>dig_H6.</summary>
    public sbyte H6 { get; init; }
}
