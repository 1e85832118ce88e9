namespace Harness.Bench.Devices.Emulators;

/// <summary>The name of what runs a board on this machine, on its class, which has a constructor without parameters.</summary>
/// <param name="name">The name in rig files.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EmulatorDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}
