namespace Harness.Hardware.Sensors.Bindings;

/// <summary>Names of the package's members as rig files and features write them.</summary>
internal static class BindingWords
{
    private static readonly string[] _s_verbs = ["TryRead", "TryGet", "TryMeasure", "Read", "Get", "Measure"];

    /// <summary>Lower-case words joined by a hyphen or an underscore: <c>ReadBusVoltage</c> is <c>bus-voltage</c>.</summary>
    public static string Join(string name, char joint)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && !char.IsDigit(name[i - 1]))))
            {
                text.Append(joint);
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary>The quantity that a member gives: its name without the verb.</summary>
    public static string Quantity(string member)
    {
        var verb = _s_verbs.FirstOrDefault(v => member.StartsWith(v, StringComparison.Ordinal) && member.Length > v.Length && char.IsUpper(member[v.Length]));
        var name = verb is null ? member : member[verb.Length..];
        return Join(name.EndsWith("Async", StringComparison.Ordinal) ? name[..^5] : name, '-');
    }

    /// <summary>The word for a pin: its parameter's name without what every pin's has.</summary>
    public static string Pin(string parameter)
    {
        var word = Join(parameter, '_');
        var parts = word.Split('_').Where(p => p is not ("pin" or "gpio")).ToArray();
        return parts.Length == 0 ? "data" : string.Join('_', parts);
    }
}
