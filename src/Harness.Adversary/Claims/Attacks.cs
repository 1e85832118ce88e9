using System.Reflection;

namespace Harness.Adversary.Claims;

/// <summary>The attacks and findings by the names that their classes declare (<see cref="AttackAttribute"/>).</summary>
public static class Attacks
{
    private static readonly IReadOnlyList<Attack> Own = Declared([typeof(Attacks).Assembly]);
    private static readonly Lock Gate = new();
    private static readonly List<Assembly> Included = [];

    /// <summary>The attacks that decide the cells of the claims table, in the order of the tables.</summary>
    public static IReadOnlyList<Attack> All { get; } = [.. Own.Where(a => a is not Finding).OrderBy(a => a.Cell.Claim).ThenBy(a => a.Declared.Order)];

    /// <summary>Findings: gaps and faults of the papers, each reproduced by a run.</summary>
    public static IReadOnlyList<Finding> Findings { get; } = [.. Own.OfType<Finding>().OrderBy(f => f.Declared.Order)];

    /// <summary>The attacks and findings of a lab's own assemblies, by name: features run them, the table of the papers' claims does not wait for them.</summary>
    public static IReadOnlyList<Attack> OfPlugins { get; private set; } = [];

    /// <summary>Adds the attacks of an assembly of a lab's own, for the life of the process, as the assembly itself stays loaded.</summary>
    /// <exception cref="DeclarationException">An attack has the name of another, or cannot be made.</exception>
    public static void Include(Assembly assembly)
    {
        lock (Gate)
        {
            if (!Included.Contains(assembly))
            {
                OfPlugins = [.. Declared([typeof(Attacks).Assembly, .. Included, assembly]).Where(a => a.GetType().Assembly != typeof(Attacks).Assembly).OrderBy(a => a.Id, StringComparer.Ordinal)];
                Included.Add(assembly);
            }
        }
    }

    /// <summary>The attacks on a scheme that decide a cell.</summary>
    public static IReadOnlyList<Attack> On(string scheme, Cell cell) => [.. All.Where(a => a.Cell == cell && a.Schemes.Contains(scheme))];

    /// <summary>An attack or finding by its id.</summary>
    /// <exception cref="ArgumentException">None; the message names the nearest.</exception>
    public static Attack ById(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        IReadOnlyList<Attack> known = [.. All, .. Findings, .. OfPlugins];
        return known.FirstOrDefault(a => a.Id == id) ?? throw new ArgumentException(
            $"no attack '{id}'; nearest: {string.Join(", ", known.OrderBy(a => NearestWord.Distance(a.Id, id)).Take(3).Select(a => a.Id))}", nameof(id));
    }

    private static IReadOnlyList<Attack> Declared(IReadOnlyList<Assembly> assemblies) =>
        [.. DeclaredNames.Types<AttackAttribute>(assemblies, a => a.Id).Values.Select(declared => Make(declared.Member))];

    private static Attack Make(Type type) => typeof(Attack).IsAssignableFrom(type) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is { } constructor
        ? (Attack)constructor.Invoke([])
        : throw new DeclarationException(
            $"{type.FullName} declares the name of an attack, but is no class derived from {nameof(Attack)} with a public constructor without parameters", [type.Assembly]);
}
