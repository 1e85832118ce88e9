using System.Reflection;

namespace Harness.Adversary.Taps;

/// <summary>The name of an attack at a tap, on its class.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="question">The property that it tries to break.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TapAttackAttribute(string name, string question) : Attribute
{
    /// <summary>Name on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>The property that it tries to break.</summary>
    public string Question { get; } = question;

    /// <summary>Its place, from 1: after those that disturb devices less.</summary>
    public required int Order { get; init; }
}

/// <summary>The attacks that a tap can carry out and judge at any broker: the classes that have a <see cref="TapAttackAttribute"/>.</summary>
public static class TapAttacks
{
    private static readonly IReadOnlyList<(TapAttackAttribute Declared, Type Type)> Known =
    [
        .. from type in typeof(TapAttacks).Assembly.GetTypes()
           let declared = type.GetCustomAttribute<TapAttackAttribute>(inherit: false)
           where declared is not null
           orderby declared.Order
           select (declared, type),
    ];

    /// <summary>Their names, in the order in which they are tried: the last may make a device give up.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Declared.Name)];

    /// <summary>Makes one.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static TapAttack Create(string name) => Known.FirstOrDefault(k => k.Declared.Name == name) is { Type: { } type }
        ? (TapAttack)Activator.CreateInstance(type)!
        : throw new FormatException($"there is no attack '{name}'; there are: {string.Join(", ", Names)}");
}
