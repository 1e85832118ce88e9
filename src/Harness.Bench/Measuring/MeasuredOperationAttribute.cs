namespace Harness.Bench.Measuring;

/// <summary>The place where an operation runs; it decides which clocks can time it.</summary>
public enum OperationScope
{
    /// <summary>One primitive: in this process, and on the boards whose firmware lists one of <see cref="MeasuredOperationAttribute.Firmware"/>.</summary>
    Primitive,

    /// <summary>A step of a scheme, on every device; a board raises its trigger once around it.</summary>
    Step,

    /// <summary>Several steps of a scheme, on every device: no single pulse of a trigger stands for them.</summary>
    Steps,

    /// <summary>From end to end through a broker, on every device, by the host's clock alone.</summary>
    EndToEnd,
}

/// <summary>The things that an operation depends on besides the device; only results with equal ones can be compared.</summary>
[Flags]
public enum OperationParameters
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The device's group.</summary>
    Group = 1,

    /// <summary>The rig's key size.</summary>
    KeyBits = 2,

    /// <summary>The payload's length.</summary>
    Bytes = 4,
}

/// <summary>The name of a measured operation, on the static method that opens it (<see cref="OpenOperation"/>); a method may open a family of them.</summary>
/// <param name="name">The name, the same on every device and in features: lower-case words joined by hyphens or dots.</param>
/// <param name="help">The operation and its input, in words.</param>
/// <param name="unit">The work of one run, so that a time is so much per unit: <c>block of 8 bytes</c>.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false, AllowMultiple = true)]
public sealed class MeasuredOperationAttribute(string name, string help, string unit) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The operation and its input, in words.</summary>
    public string Help { get; } = help;

    /// <summary>The work of one run.</summary>
    public string Unit { get; } = unit;

    /// <summary>The place in lists; those without one come last, by name.</summary>
    public int Order { get; init; } = int.MaxValue;

    /// <summary>The place where it runs.</summary>
    public OperationScope Scope { get; init; } = OperationScope.Primitive;

    /// <summary>Its names in a board's <c>MEASURE op=</c>, for a primitive; the first that the board lists is used.</summary>
    public string[] Firmware { get; init; } = [];

    /// <summary>The parameters it depends on besides the device.</summary>
    public OperationParameters Parameters { get; init; }

    /// <summary>The scheme that a device must run to have it; null where that does not matter.</summary>
    public string? Scheme { get; init; }

    /// <summary>The fixed work that tells the machine's speed beside each sample of it in this process: work of the same kind.</summary>
    public string Workload { get; init; } = ReferenceWorkloads.Logic;

    /// <summary>A name that it had before, which is still taken; null for none.</summary>
    public string? Former { get; init; }
}
