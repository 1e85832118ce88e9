namespace Harness.Bench.Measuring;

/// <summary>The names of measured operations, the same on every device, and their names in a board's firmware.</summary>
public static class OperationNames
{
    /// <summary>The empty operation, which measures the overhead of timing itself.</summary>
    public const string Empty = "empty";

    /// <summary>Login and one reading through a broker, end to end.</summary>
    public const string PublishReceive = "publish-receive";

    /// <summary>A board's <c>MEASURE op=</c> names for each operation; the first one that the board lists is used.</summary>
    public static IReadOnlyDictionary<string, (string Description, IReadOnlyList<string> Firmware)> OnBoards { get; } =
        new Dictionary<string, (string, IReadOnlyList<string>)>
        {
            [Empty] = ("nothing at all", ["empty"]),
            ["present-encrypt"] = ("one block of 8 bytes, PRESENT-128, keyed before", ["present-encrypt", "present128-block"]),
            ["present80-encrypt"] = ("one block of 8 bytes, PRESENT-80, keyed before", ["present80-encrypt", "present80-block"]),
            ["present-key"] = ("round keys of PRESENT-128", ["present-key", "present128-key"]),
            ["present80-key"] = ("round keys of PRESENT-80", ["present80-key"]),
            ["sha256"] = ("SHA-256 of 55 bytes, one block", ["sha256", "sha256-block"]),
            ["p256-mul"] = ("a point of P-256 times a scalar", ["p256-mul", "p256-exp"]),
            ["modexp"] = ("2048-bit power with a 256-bit exponent", ["modexp", "modp2048-q256-exp"]),
        };

    /// <summary>Operations of a scheme's party, available on every device.</summary>
    public static IReadOnlyDictionary<string, string> OfParties { get; } = new Dictionary<string, string>
    {
        ["aug-x"] = "X = g^x, x drawn anew",
        ["aug-k"] = "Y to K and V_C, a new handshake each time",
        ["aug-finish"] = "V_S to SK, a new handshake each time",
        ["handshake"] = "X, then Y to V_C, then V_S to SK; the device's own part alone",
        ["wrap"] = "a wrap to Ks",
        ["seal"] = "a payload sealed",
        ["open"] = "a payload opened",
    };

    /// <summary>Gets the parameters of an operation that depend on the rig or the command; only results with equal parameters can be compared.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="group">The device's group.</param>
    /// <param name="keyBits">Bits of Ks: 80 or 128.</param>
    /// <param name="bytes">Payload bytes.</param>
    /// <returns><c>group p256, 16 bytes</c>; empty for an operation without parameters.</returns>
    public static string ParametersOf(string operation, string group, int keyBits, int bytes)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var (key, payload) = (FormattableString.Invariant($"{keyBits}-bit keys"), FormattableString.Invariant($"{bytes} bytes"));
        return operation switch
        {
            "seal" or "open" => $"{key}, {payload}",
            "wrap" => key,
            PublishReceive => $"group {group}, {key}, {payload}",
            _ => OfParties.ContainsKey(operation) ? $"group {group}" : "",
        };
    }
}
