namespace Harness.Steps;

/// <summary>The words that steps share.</summary>
public static class StepPatterns
{
    /// <summary>A role (<c>host</c>, <c>board</c>, <c>second board</c>) or a device's name in the rig; whatever stands in this group is checked before the run.</summary>
    public const string Device = @"(second board|[\w.-]+)";

    private const int MaximumBytes = 1 << 20;

    /// <summary>A field of the handshake.</summary>
    public const string Field = @"(X|Y|V_C|V_S)";

    /// <summary>A reason code as features write it.</summary>
    public const string Reason = @"0x([0-9A-Fa-f]{2})";

    /// <summary>An element by the words of a feature.</summary>
    internal static byte[] Element(AugPakeGroup group, string name) => Check.Read(() => Elements.Named(group, name), "element", name);

    /// <summary>A cell of a table.</summary>
    /// <exception cref="Record.UnjudgeableException">The table has no such column.</exception>
    internal static string Cell(TableRow row, string column) => row.TryGetValue(column, out var cell)
        ? cell
        : throw new Record.UnjudgeableException("table below the step", $"a column \"{column}\"", $"columns {string.Join(", ", row.Keys)}", $"| {column} |");

    /// <summary>A whole number inside other words, of 1 or more where <paramref name="least"/> does not say otherwise.</summary>
    /// <exception cref="Record.UnjudgeableException">It is none.</exception>
    internal static int Number(string text, string item, int least = 1)
    {
        var isOne = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        Check.Needs(isOne && number >= least, item, $"a number of {least} to {int.MaxValue}", text);
        return number;
    }

    /// <summary>Bytes of a payload that MQTT and the machine can carry.</summary>
    /// <exception cref="Record.UnjudgeableException">They are too many.</exception>
    internal static int Bytes(int count)
    {
        Check.Needs(count <= MaximumBytes, "payload", $"at most {MaximumBytes} bytes", $"{count}");
        return count;
    }

    /// <summary>The field a word means.</summary>
    internal static PacketField Target(string field) => field switch
    {
        "X" => Adversary.PacketField.X,
        "Y" => Adversary.PacketField.Y,
        "V_C" => Adversary.PacketField.ClientProof,
        _ => Adversary.PacketField.ServerProof,
    };

    /// <summary>The reason code of two hex digits.</summary>
    internal static ReasonCode ReasonOf(string hex) => (ReasonCode)byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
