namespace Harness.Hardware;

/// <summary>One device on an I2C bus. Real bus and register model implement the same.</summary>
public interface II2cDevice : IDisposable
{
    /// <summary>The 7-bit address.</summary>
    int Address { get; }

    /// <summary>Writes in one transfer.</summary>
    /// <exception cref="IOException">No acknowledge, or the bus failed.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Reads in one transfer.</summary>
    /// <exception cref="IOException">No acknowledge, or the bus failed.</exception>
    void Read(Span<byte> buffer);

    /// <summary>Writes, then reads after a repeated start.</summary>
    /// <exception cref="IOException">No acknowledge, or the bus failed.</exception>
    void WriteRead(ReadOnlySpan<byte> bytes, Span<byte> buffer);
}
