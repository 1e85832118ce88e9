using Harness.Adversary.Claims;
using System.Reflection;
using System.Reflection.Emit;
using Harness.Cli.Plugins;
using Harness.Hardware;

namespace Harness.Cli.Tests.Plugins;

/// <summary>A plugin that declares a name that is taken, of every kind of name, is refused with its file; steps are in <see cref="PluginTests"/>.</summary>
[NonParallelizable]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class NameClashTests
{
    private static readonly TestCaseData[] Clashes =
    [
        new(typeof(LinkDriverAttribute), new object[] { "tty" }, "link driver name \"tty\""),
        new(typeof(ClimateSensorDriverAttribute), new object[] { "i2c" }, "climate sensor driver name \"i2c\""),
        new(typeof(DigitalInputDriverAttribute), new object[] { "gpio" }, "digital input driver name \"gpio\""),
        new(typeof(BrokerDriverAttribute), new object[] { "embedded" }, "broker driver name \"embedded\""),
        new(typeof(MeasuredOperationAttribute), new object[] { "seal", "another seal", "message" }, "measured operation name \"seal\""),
        new(typeof(AttackAttribute), new object[] { "ma-wrong-password" }, "attack name \"ma-wrong-password\""),
        new(typeof(SchemeAttribute), new object[] { "mqtt-present" }, "scheme name \"mqtt-present\""),
        new(typeof(SchemeAttribute), new object[] { "my-scheme" }, "declares the scheme \"my-scheme\""),
    ];

    [TestCaseSource(nameof(Clashes))]
    public void A_name_that_is_taken_is_told_with_the_file(Type attribute, object[] arguments, string says)
    {
        using var work = new WorkFolder();
        var file = Write(work.Path, attribute, arguments);
        Assert.That(
            () => BuiltDrivers.Include([file]),
            Throws.TypeOf<PluginException>().With.Message.StartsWith($"plugin {file}: ").And.Message.Contains(says).And.Message.Contains("Clash").And.Message.Contains("next: "));
    }

    // An assembly with one class, or one static method, that carries the attribute.
    private static string Write(string folder, Type attribute, object[] arguments)
    {
        var name = $"clash-{attribute.Name}-{arguments[0]}";
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule(name).DefineType("Clash", TypeAttributes.Public);
        var carried = new CustomAttributeBuilder(attribute.GetConstructors().Single(), arguments, [.. Needed(attribute)], [.. Needed(attribute).Select(_ => (object)9)]);
        if (attribute.GetCustomAttribute<AttributeUsageAttribute>()!.ValidOn == AttributeTargets.Class)
        {
            type.SetCustomAttribute(carried);
        }
        else
        {
            var method = type.DefineMethod("Open", MethodAttributes.Public | MethodAttributes.Static, typeof(void), []);
            method.GetILGenerator().Emit(OpCodes.Ret);
            method.SetCustomAttribute(carried);
        }

        type.CreateType();
        var file = Path.Combine(folder, $"{name}.dll");
        assembly.Save(file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static IEnumerable<PropertyInfo> Needed(Type attribute) => attribute == typeof(SchemeAttribute) ? [attribute.GetProperty(nameof(SchemeAttribute.Order))!] : [];
}
