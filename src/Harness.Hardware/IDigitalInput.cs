namespace Harness.Hardware;

/// <summary>A digital input line.</summary>
public interface IDigitalInput : IDisposable
{
    /// <summary>The rig's name for the line.</summary>
    string Name { get; }

    /// <summary>The level now: true is high.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    bool Read();
}
