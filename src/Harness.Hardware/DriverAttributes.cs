namespace Harness.Hardware;

/// <summary>The name under which a rig file asks for a driver of a board's line (<c>devices: driver:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>It stands on a static method <c>(string port, SerialLineSettings settings)</c> that returns an <see cref="ILink"/>.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class LinkDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}

/// <summary>The name under which a rig file asks for a driver of a climate sensor (<c>sensors: driver:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>
/// It stands on a static method <c>(string bus, int address, TimeProvider time)</c> that returns an <see cref="IClimateSensor"/>; the bus is empty where
/// the rig names none.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ClimateSensorDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}

/// <summary>The name under which a rig file asks for a sensor of a lab's own, of any quantities (<c>kind: sensor</c>, <c>driver:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>
/// It stands on a static method <c>(string name, string bus, int address, IReadOnlyDictionary&lt;string, string&gt; settings, TimeProvider time)</c> that
/// returns a <see cref="Sensors.ISensor"/>; name and settings are the rig's, the bus is empty where the rig names none.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SensorDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}

/// <summary>The name under which a rig file asks for a driver of a digital input (<c>sensors: driver:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>It stands on a static method <c>(string chip, int line, string name)</c> that returns an <see cref="IDigitalInput"/>.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class DigitalInputDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}
