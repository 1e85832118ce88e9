namespace Harness.Cli.Recording;

/// <summary>Says in lines whether a record is as it was written.</summary>
internal static class RecordVerification
{
    /// <summary>Checks a record.</summary>
    /// <param name="record">Path of the record.</param>
    /// <param name="key">File of the public key that must have signed it; null where none must.</param>
    /// <returns>The exit status.</returns>
    public static int Verify(string record, string? key)
    {
        var check = RecordCheck.Of(record, key);
        Console.WriteLine(check.State switch
        {
            RecordState.Whole => $"whole: {Checked(check)} are as they were written{(check.Signers.Count == 0 ? "; nobody signed the end" : "")}",
            RecordState.Cut => $"cut: {Checked(check)} are as they were written, and the end is missing",
            RecordState.Unchained => "unknown: the version that wrote it did not chain its lines, so nothing can be told",
            _ => $"changed: {Checked(check)}, {check.Findings.Count} {(check.Findings.Count == 1 ? "fault" : "faults")}",
        });
        foreach (var line in check.Findings.Concat(check.Notes))
        {
            Console.WriteLine($"  {line}");
        }

        return check.State switch { RecordState.Whole => ExitCodes.Pass, RecordState.Unchained => ExitCodes.Inconclusive, _ => ExitCodes.Failed };
    }

    private static string Checked(RecordCheck check) => $"{check.Lines} lines{(check.Files == 0 ? "" : check.Files == 1 ? " and 1 file" : $" and {check.Files} files")}";

    /// <summary>Signs a whole record.</summary>
    /// <param name="record">Path of the record.</param>
    /// <param name="key">File of the private key.</param>
    /// <returns>The exit status.</returns>
    public static int Sign(string record, string key)
    {
        using var signing = RecordSigningKey.Load(key);
        var check = RecordCheck.Sign(record, signing);
        if (check.State != RecordState.Whole)
        {
            Console.Error.WriteLine($"harness: {ForeignText.Name(ProductPaths.Display(record))}: expected a whole record to sign, saw: {(check.Findings.Concat(check.Notes).FirstOrDefault() ?? "lines without a chain")}; "
                + "next: ./harness report RUN --verify");
            return ExitCodes.Failed;
        }

        Console.WriteLine(check.Signers.Contains(signing.Fingerprint) ? $"signed already by the key {signing.Fingerprint}" : $"signed {check.Lines} lines by the key {signing.Fingerprint}");
        return ExitCodes.Pass;
    }
}
