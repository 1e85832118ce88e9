using System.Reflection;
using System.Runtime.Loader;

namespace Harness.PackageStubs.Tests;

/// <summary>
/// The signatures of tests/PackageStubs against the packages themselves, where this build has them: each type and member of a stub stands in the
/// package with the same kind, modifiers, types, defaults and numbers. So what compiles against a stub compiles against its package.
/// </summary>
public sealed class SignatureTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly (string Assembly, string Folder)[] Stubs =
    [
        ("MQTTnet", "MQTTnet"), ("MQTTnet.Server", "MQTTnet.Server"), ("System.IO.Ports", "System.IO.Ports"), ("System.Device.Gpio", "System.Device.Gpio"),
        ("Iot.Device.Bindings", "Iot.Device.Bindings"), ("UnitsNet", "UnitsNet"), ("BouncyCastle.Cryptography", "BouncyCastle.Cryptography/Stubs"),
    ];

    private static IEnumerable<string> Names() => Stubs.Select(stub => stub.Assembly);

    [TestCaseSource(nameof(Names))]
    public void Every_signature_stands_in_the_package(string name)
    {
        Needs.That(
            File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")), $"package: {name}; this build has its signatures only",
            "remove Directory.NamedPackages.props and type ./harness test, which asks the registry again");
        var stub = Stub(name);
        var package = Assembly.Load(name);
        Assert.That(package.Location, Is.Not.EqualTo(stub.Location));
        Assert.That(stub.GetExportedTypes(), Is.Not.Empty);
        Assert.That(Differences(stub.GetExportedTypes(), package), Is.Empty);
    }

    [Test]
    public void A_signature_that_differs_is_found()
    {
        var differences = Differences([typeof(Wrong.Stub), typeof(Wrong.Numbers)], typeof(Right.Stub).Assembly, type => type.FullName!.Replace("Wrong", "Right", StringComparison.Ordinal));
        Assert.That(differences, Has.Exactly(1).Contains("Void Added()"));
        Assert.That(differences, Has.Exactly(1).Contains("Void OtherDefault(Int32 = 2)"));
        Assert.That(differences, Has.Exactly(1).Contains("Void OtherType(Int64)"));
        Assert.That(differences, Has.Exactly(1).Contains("Two = 3"));
        Assert.That(differences, Has.Exactly(4).Items);
    }

    // Stub assemblies have the packages' names: a context of its own holds them, and what they refer to beside them.
    private static Assembly Stub(string name)
    {
        var context = new AssemblyLoadContext($"stubs of {name}");
        context.Resolving += (_, wanted) => Stubs.Any(s => s.Assembly == wanted.Name) ? Load(wanted.Name!) : null;
        return Load(name);

        Assembly Load(string assembly) => context.LoadFromAssemblyPath(Path.GetFullPath(
            Path.Combine(Metadata("Stubs"), Stubs.Single(s => s.Assembly == assembly).Folder, Metadata("StubOutput"), assembly + ".dll")));
    }

    private static string Metadata(string key) =>
        typeof(SignatureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static List<string> Differences(IEnumerable<Type> stubs, Assembly package, Func<Type, string>? nameOf = null)
    {
        var differences = new List<string>();
        foreach (var stub in stubs)
        {
            var real = package.GetType(nameOf?.Invoke(stub) ?? stub.FullName!);
            if (real is null || Kind(stub) != Kind(real))
            {
                differences.Add($"{stub}: {Kind(stub)} here, {(real is null ? "not" : Kind(real))} in the package");
                continue;
            }

            if (stub.IsEnum)
            {
                differences.AddRange(Enum.GetNames(stub).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(stub, n), null)}")
                    .Except(Enum.GetNames(real).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(real, n), null)}")).Select(n => $"{stub}: {n}"));
                continue;
            }

            // A member of a stub may stand in a base class of the package: whoever calls it does not see that.
            var known = Bases(real).SelectMany(type => type.GetMembers(Declared)).Select(Signature).OfType<string>().ToHashSet();
            differences.AddRange(stub.GetMembers(Declared).Select(Signature).OfType<string>().Where(s => !known.Contains(s) && !IsDefaultConstructor(stub, real, s)).Select(s => $"{stub}: {s}"));
        }

        return differences;
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            yield return t;
        }

        foreach (var t in type.GetInterfaces())
        {
            yield return t;
        }
    }

    private static string Kind(Type type) =>
        (type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class")
        + (type is { IsClass: true, IsAbstract: true, IsSealed: true } ? " static" : type is { IsClass: true, IsAbstract: true } ? " abstract" : "");

    // The compiler gives an abstract stub class a constructor; nobody can call it but a subclass, which the package's own constructors serve.
    private static bool IsDefaultConstructor(Type stub, Type real, string signature) =>
        stub.IsAbstract && signature.StartsWith("Void .ctor()", StringComparison.Ordinal) && real.GetConstructors(Declared).Length > 0;

    // What a caller or a subclass outside the assembly can see; null for the rest.
    private static string? Signature(MemberInfo member) => member switch
    {
        MethodBase m when m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly =>
            $"{(m is MethodInfo i ? i.ReturnType.Name(i) : "Void")} {m.Name}({string.Join(", ", m.GetParameters().Select(p => p.ParameterType.Name(p) + (p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")))})"
            + (m.IsStatic ? " static" : ""),
        FieldInfo f when f.IsPublic || f.IsFamily => $"{f.FieldType} {f.Name}{(f.IsStatic ? " static" : "")}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
        EventInfo e => $"event {e.EventHandlerType} {e.Name}",
        _ => null,
    };
}

internal static class SignatureNames
{
    public static string Name(this Type type, object _) => type.Namespace == "System" && !type.IsGenericType ? type.Name : type.ToString();
}
