using System.Numerics;

namespace Harness.Hardware.Sensors.Bindings;

/// <summary>A member of a binding that gives one or more quantities: a property, a method without arguments, or one that tries and gives a result.</summary>
internal sealed class BindingMember
{
    private readonly Func<object, IReadOnlyList<SensorValue>> _read;

    private BindingMember(IReadOnlyList<BindingQuantity> quantities, Func<object, IReadOnlyList<SensorValue>> read) => (Quantities, _read) = (quantities, read);

    public IReadOnlyList<BindingQuantity> Quantities { get; }

    /// <summary>Reads the driver; none where it says that it could not.</summary>
    public IReadOnlyList<SensorValue> Read(object driver) => _read(driver);

    /// <summary>The members of a class, each quantity once: a try before a property before a result of several.</summary>
    public static IReadOnlyList<BindingMember> Of(Type type)
    {
        var found = new List<BindingMember>();
        IEnumerable<BindingMember?> all =
        [
            .. type.GetMethods().Select(Try), .. type.GetProperties().Select(Property), .. type.GetMethods().Select(Method), .. type.GetMethods().Select(Result),
        ];
        foreach (var member in all.OfType<BindingMember>())
        {
            if (!member.Quantities.Any(q => found.SelectMany(f => f.Quantities).Any(other => other.Name == q.Name)))
            {
                found.Add(member);
            }
        }

        return found;
    }

    private static BindingMember? Try(MethodInfo method)
    {
        var parameters = method.GetParameters();
        if (method.ReturnType != typeof(bool) || method.IsGenericMethod || parameters.Length == 0 || !parameters.All(p => p.IsOut && Shape(p.ParameterType.GetElementType()!) is not null)
            || (!IsTelemetry(method) && !parameters.Any(p => BindingUnits.IsQuantity(p.ParameterType.GetElementType()!))))
        {
            return null;
        }

        var parts = parameters.Select(p => (Name: parameters.Length == 1 ? BindingWords.Quantity(method.Name) : BindingWords.Join(p.Name!, '-'), Shape: Shape(p.ParameterType.GetElementType()!)!)).ToList();
        return new([.. parts.SelectMany(p => p.Shape.Quantities(p.Name))], driver =>
        {
            var arguments = new object?[parameters.Length];
            return (bool)method.Invoke(driver, arguments)!
                ? [.. parts.SelectMany((p, i) => p.Shape.Values(p.Name, arguments[i]))]
                : throw new SensorFaultException(ReadingQuality.NotANumber, $"the package's {method.Name} gives no result");
        });
    }

    private static BindingMember? Property(PropertyInfo property)
    {
        // What can be set is a setting, even where it is a quantity (an offset, a limit), unless the package says that it is telemetry.
        var isReading = property.GetMethod is { IsPublic: true, IsStatic: false } && property.GetIndexParameters().Length == 0
            && (IsTelemetry(property) ? Shape(property.PropertyType) is not null && property.SetMethod is not { IsPublic: true }
                : BindingUnits.IsQuantity(property.PropertyType) && property.SetMethod is not { IsPublic: true });
        return isReading ? Of(BindingWords.Quantity(property.Name), Shape(property.PropertyType)!, property.GetValue) : null;
    }

    private static BindingMember? Method(MethodInfo method) =>
        IsReader(method) && Shape(method.ReturnType) is { } shape && (BindingUnits.IsQuantity(method.ReturnType) || IsTelemetry(method))
            ? Of(BindingWords.Quantity(method.Name), shape, driver => method.Invoke(driver, Defaults(method)))
            : null;

    private static BindingMember? Result(MethodInfo method)
    {
        if (!IsReader(method) || Shape(method.ReturnType) is not null || method.Name.StartsWith('<') || method.ReturnType.Namespace?.StartsWith("Iot.", StringComparison.Ordinal) != true)
        {
            return null;
        }

        var parts = method.ReturnType.GetProperties().Where(p => BindingUnits.IsQuantity(p.PropertyType)).Select(p => (Name: BindingWords.Quantity(p.Name), Shape: Shape(p.PropertyType)!, p)).ToList();
        return parts.Count == 0 ? null : new([.. parts.SelectMany(p => p.Shape.Quantities(p.Name))], driver =>
        {
            var result = method.Invoke(driver, Defaults(method));
            return [.. parts.SelectMany(p => p.Shape.Values(p.Name, result is null ? null : p.p.GetValue(result)))];
        });
    }

    private static BindingMember Of(string name, ValueShape shape, Func<object, object?> get) =>
        new([.. shape.Quantities(name)], driver => [.. shape.Values(name, get(driver))]);

    private static bool IsReader(MethodInfo method) =>
        !method.IsStatic && !method.IsSpecialName && !method.IsGenericMethod && method.DeclaringType != typeof(object)
        && method.GetParameters().All(p => p.HasDefaultValue) && !method.Name.Contains("SeaLevel", StringComparison.Ordinal);

    private static object?[] Defaults(MethodInfo method) => [.. method.GetParameters().Select(p => p.DefaultValue)];

    private static bool IsTelemetry(MemberInfo member) => member.GetCustomAttributes(true).Any(a => a.GetType().FullName == "System.Device.Model.TelemetryAttribute");

    private static ValueShape? Shape(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return BindingUnits.IsQuantity(type) ? new(
                name => [new(name, BindingUnits.Symbol(type))], (name, v) => [v is IQuantity q ? new(name, BindingUnits.Value(q), BindingUnits.Symbol(type)) : Missing(name)])
            : value == typeof(Vector3) ? new(
                name => [new($"{name}-x", ""), new($"{name}-y", ""), new($"{name}-z", "")],
                (name, v) => v is Vector3 xyz ? [new($"{name}-x", xyz.X, ""), new($"{name}-y", xyz.Y, ""), new($"{name}-z", xyz.Z, "")] : [Missing(name)])
            : value == typeof(bool) || IsNumber(value) ? new(
                name => [new(name, "")], (name, v) => [v is null ? Missing(name) : new(name, Convert.ToDouble(v, CultureInfo.InvariantCulture), "")])
            : null;
    }

    private static bool IsNumber(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    private static SensorValue Missing(string name) => throw new SensorFaultException(ReadingQuality.NotANumber, $"the package gives no {name}");

    private sealed record ValueShape(Func<string, IReadOnlyList<BindingQuantity>> Quantities, Func<string, object?, IReadOnlyList<SensorValue>> Values);
}
