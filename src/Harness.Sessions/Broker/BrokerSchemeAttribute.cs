namespace Harness.Sessions.Broker;

/// <summary>The name of the scheme whose broker's side a static method makes; it has the shape of <see cref="BrokerSchemes.Make"/>.</summary>
/// <param name="name">The scheme's name.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
internal sealed class BrokerSchemeAttribute(string name) : Attribute
{
    /// <summary>The scheme's name.</summary>
    public string Name { get; } = name;
}
