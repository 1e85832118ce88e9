namespace Harness.Adversary.Claims;

/// <summary>The name of an attack, on its class, which has a constructor without parameters.</summary>
/// <param name="id">The name that features and tables use: unique, lower-case words joined by hyphens, the claim's abbreviation first.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AttackAttribute(string id) : Attribute
{
    /// <summary>The name that features and tables use.</summary>
    public string Id { get; } = id;

    /// <summary>The place among the attacks on its claim, or among the findings; those without one come last, by name.</summary>
    public int Order { get; init; } = int.MaxValue;
}
