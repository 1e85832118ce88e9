namespace Harness.Mqtt;

/// <summary>The name under which a rig file asks for a broker (<c>broker: kind:</c>).</summary>
/// <param name="name">The name in rig files: lower-case words joined by hyphens.</param>
/// <remarks>It stands on a static method of the shape of <see cref="StartMqttBroker"/>.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class BrokerDriverAttribute(string name) : Attribute
{
    /// <summary>The name in rig files.</summary>
    public string Name { get; } = name;

    /// <summary>The broker's abilities in a sentence, for <c>rig show</c> and <c>doctor</c>.</summary>
    public string Can { get; init; } = "";

    /// <summary>The program that it starts; empty where it starts none.</summary>
    public string Program { get; init; } = "";

    /// <summary>Debian packages that bring the program, joined by blanks.</summary>
    public string Package { get; init; } = "";

    /// <summary>Keys of a rig's broker section that it reads beside kind, address, port and tap_port, joined by blanks: of <c>rights tls host ca_file user password_file topics</c>.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Values of <c>rights</c> that it sets up, joined by blanks: of <c>open password acl dynamic-security</c>; empty for all.</summary>
    public string Rights { get; init; } = "";
}
