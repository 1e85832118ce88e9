namespace Harness.Mqtt;

/// <summary>The name under which a rig file asks for a broker (<c>broker: kind:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>It stands on a static method of the shape of <see cref="StartMqttBroker"/>.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class BrokerDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;
}
