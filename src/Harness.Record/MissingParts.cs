using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Harness.Record;

/// <summary>Fills in what a line of a record lacks: where a text or a list is not there, the generated parser leaves null, also where the property has a value of its own.</summary>
internal static class MissingParts
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(PropertyInfo Property, object? Empty)>> _parts = new();

    /// <summary>Fills in the texts and lists of a value and of the values in it, empty; what may be null stays.</summary>
    /// <param name="value">An event, or a part of one.</param>
    public static void Fill(object value)
    {
        foreach (var (property, empty) in _parts.GetOrAdd(value.GetType(), PartsOf))
        {
            switch (property.GetValue(value))
            {
                case null when empty is not null:
                    property.SetValue(value, empty);
                    break;
                case null or string:
                    break;
                case IEnumerable elements:
                    foreach (var element in elements)
                    {
                        if (IsOwn(element?.GetType()))
                        {
                            Fill(element!);
                        }
                    }

                    break;
                case { } part:
                    Fill(part);
                    break;
            }
        }
    }

    private static IReadOnlyList<(PropertyInfo, object?)> PartsOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var parts = new List<(PropertyInfo, object?)>();
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0))
        {
            var isText = property.PropertyType == typeof(string);
            var element = property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? list.GetGenericArguments()[0] : null;
            if (isText || element is not null || IsOwn(property.PropertyType))
            {
                object? empty = null;
                if (nullability.Create(property).WriteState == NullabilityState.NotNull)
                {
                    empty = isText ? (object)"" : element is null ? null : Array.CreateInstance(element, 0);
                }

                parts.Add((property, empty));
            }
        }

        return parts;
    }

    private static bool IsOwn(Type? type) => type is { IsClass: true } && type.Assembly == typeof(RunEvent).Assembly;
}
