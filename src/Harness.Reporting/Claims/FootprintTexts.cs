namespace Harness.Reporting.Claims;

/// <summary>Words and cells of the tables of memory: flash, static RAM and deepest stack of each scheme on each board.</summary>
internal static class FootprintTexts
{
    /// <summary>The title of a table of all boards.</summary>
    public const string Title = "What each scheme takes of a board's memory, in bytes";

    /// <summary>The statement of how flash and RAM are attributed to a scheme.</summary>
    public const string Attribution =
        "Flash and static RAM: the board's image with that scheme and mqtt-present alone, by the linker's map. Its own is what the image with mqtt-present alone does not have: messages, ciphers,"
        + " verbs, known answers. No image leaves out mqtt-present, which is the common part: AugPAKE, groups, SHA-256, PRESENT, the line protocol. mqtt-auth has augmqtt's hop in its own.";

    /// <summary>The statement of how the stack is measured.</summary>
    public const string Stack =
        "Stack: the deepest by the board's own paint, or by its emulator's where the image has no word for it, while it logs in and seals 16 bytes, and logs in and opens them; of hardened with signatures, of esfahani-2019 a login. Static RAM has no stack in it.";

    /// <summary>Separates a reason from the next command.</summary>
    public const string Next = "; next: ";

    private const string Unknown = "not known";

    /// <summary>The columns of one board.</summary>
    public static readonly string[] Columns = ["flash", "its own", "RAM", "its own", "group", "stack", "of"];

    /// <summary>The columns of a table of all boards.</summary>
    public static readonly string[] FullColumns = ["device", "board", "build", "scheme", "flash", "its own flash", "static RAM", "its own RAM", "group", "deepest stack", "stack reserved", "provenance of the stack", "remark"];

    /// <summary>The cells of one board.</summary>
    public static string[] Cells(SchemeFootprint of) =>
    [
        Number(of.Flash), Own(of, of.OwnFlash), Number(of.Ram), Own(of, of.OwnRam), of.Group.Length > 0 ? of.Group : "none", Number(of.Stack), Number(of.StackReserved),
    ];

    /// <summary>The cells of a table of all boards.</summary>
    public static string[] FullCells(SchemeFootprint of) =>
    [
        of.Device, of.Board, of.Build, ClaimTexts.Scheme(of.Scheme, of.Label), .. of.Reason is null ? Cells(of) : ["none", "none", "none", "none", "none", "none", "none"], of.Provenance.Word(),
        string.Join("; ", new[] { of.Reason, of.SizesReason, of.StackReason }.OfType<string>()),
    ];

    /// <summary>The reasons for which numbers of one board are missing, each with its schemes, in the order of the table.</summary>
    public static IEnumerable<(string Reason, string Schemes)> Reasons(IEnumerable<SchemeFootprint> board) => board
        .SelectMany(f => new[] { f.Reason, f.SizesReason is { } sizes ? $"flash and RAM {Unknown}, {sizes}" : null, f.StackReason is { } stack ? $"stack {Unknown}, {stack}" : null }
            .OfType<string>().Select(reason => (f.Scheme, Reason: reason)))
        .GroupBy(f => f.Reason).Select(g => (g.Key, string.Join(", ", g.Select(f => f.Scheme).Distinct())));

    private static string Own(SchemeFootprint of, long? value) => of.Flash is not null && of.OwnFlash is null ? "common" : Number(value);

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;
}
