using System.Reflection;

namespace Harness.Record;

/// <summary>A name that code declares of itself by an attribute: the attribute and what carries it.</summary>
/// <typeparam name="TAttribute">The attribute.</typeparam>
/// <typeparam name="TMember">A type or a method.</typeparam>
/// <param name="Attribute">The attribute, with the name.</param>
/// <param name="Member">The type or method that carries it.</param>
public sealed record Declared<TAttribute, TMember>(TAttribute Attribute, TMember Member);

/// <summary>The types and methods of given assemblies that declare a name by an attribute: drivers, attacks, schemes, and those of a lab's own assembly.</summary>
public static class DeclaredNames
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The types that carry an attribute, by the names they declare.</summary>
    /// <param name="assemblies">Assemblies to search; one that stands twice counts once.</param>
    /// <param name="name">The name in an attribute.</param>
    /// <exception cref="DeclarationException">Two declare one name.</exception>
    public static IReadOnlyDictionary<string, Declared<TAttribute, Type>> Types<TAttribute>(IEnumerable<Assembly> assemblies, Func<TAttribute, string> name)
        where TAttribute : Attribute => ByName(assemblies.Distinct().SelectMany(a => a.GetTypes()), name);

    /// <summary>The static methods that carry an attribute, by the names they declare.</summary>
    /// <inheritdoc cref="Types"/>
    public static IReadOnlyDictionary<string, Declared<TAttribute, MethodInfo>> Methods<TAttribute>(IEnumerable<Assembly> assemblies, Func<TAttribute, string> name)
        where TAttribute : Attribute => ByName(assemblies.Distinct().SelectMany(a => a.GetTypes()).SelectMany(t => t.GetMethods(Everything)), name);

    /// <summary>A method as a delegate.</summary>
    /// <exception cref="DeclarationException">It has other parameters, or returns something else.</exception>
    public static TDelegate Bind<TDelegate>(MethodInfo method)
        where TDelegate : Delegate
    {
        ArgumentNullException.ThrowIfNull(method);
        try
        {
            return method.CreateDelegate<TDelegate>();
        }
        catch (ArgumentException e)
        {
            var wanted = typeof(TDelegate).GetMethod("Invoke")!;
            throw new DeclarationException(
                $"{Of(method)} must be a static method ({string.Join(", ", wanted.GetParameters().Select(p => p.ParameterType.Name))}) that returns {wanted.ReturnType.Name}, "
                + $"but it takes ({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))}) and returns {method.ReturnType.Name}",
                [method.Module.Assembly], e);
        }
    }

    private static Dictionary<string, Declared<TAttribute, TMember>> ByName<TAttribute, TMember>(IEnumerable<TMember> members, Func<TAttribute, string> name)
        where TAttribute : Attribute
        where TMember : MemberInfo
    {
        var found = new Dictionary<string, Declared<TAttribute, TMember>>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            foreach (var attribute in member.GetCustomAttributes<TAttribute>(inherit: false))
            {
                if (!found.TryAdd(name(attribute), new(attribute, member)))
                {
                    var other = found[name(attribute)].Member;
                    throw new DeclarationException(
                        $"two declare the {Kind<TAttribute>()} name \"{name(attribute)}\": {Of(other)} and {Of(member)}; one of them must take another name",
                        [other.Module.Assembly, member.Module.Assembly]);
                }
            }
        }

        return found;
    }

    private static string Kind<TAttribute>() => string.Concat(
        typeof(TAttribute).Name.Replace("Attribute", "", StringComparison.Ordinal).Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : $"{c}"));

    private static string Of(MemberInfo member) => member is Type type
        ? $"{type.FullName} in {File(type.Assembly)}"
        : $"{member.DeclaringType?.FullName}.{member.Name} in {File(member.Module.Assembly)}";

    private static string File(Assembly assembly) => assembly.Location.Length > 0 ? assembly.Location : assembly.GetName().Name!;
}

/// <summary>A declaration that cannot be used: a name declared twice, or a method of another shape.</summary>
/// <param name="message">The fault, with the types and files.</param>
/// <param name="assemblies">The assemblies it is about.</param>
/// <param name="inner">The runtime's exception.</param>
public sealed class DeclarationException(string message, IReadOnlyList<Assembly> assemblies, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The assemblies it is about.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; } = assemblies;
}
