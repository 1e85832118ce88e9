namespace Harness.Bench.Vectors;

/// <summary>Collects the outcome of one case. A case that was not compared in full never passes.</summary>
internal sealed class CaseCheck(VectorCase vector)
{
    private const int ShownDigits = 8;
    private readonly List<VectorMismatch> _mismatches = [];
    private readonly List<string> _reasons = [];
    private int _compared;

    /// <summary>Compares bytes with a field of the file.</summary>
    public void Equal(string field, string step, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> seen)
    {
        _compared++;
        if (!expected.SequenceEqual(seen))
        {
            var at = expected.CommonPrefixLength(seen);
            Differ(field, step, Show(expected), $"{Show(seen)}, first difference at byte {at}");
        }
    }

    /// <summary>Compares fingerprints, which are no secrets.</summary>
    public void EqualFingerprint(string field, string step, string expected, string seen)
    {
        _compared++;
        if (expected != seen)
        {
            Differ(field, step, $"fingerprint {expected}", $"fingerprint {seen}");
        }
    }

    /// <summary>Checks a condition.</summary>
    public void Holds(string field, string step, bool holds, string expected, string seen)
    {
        _compared++;
        if (!holds)
        {
            Differ(field, step, expected, seen);
        }
    }

    /// <summary>Records a difference in words.</summary>
    public void Differ(string field, string step, string expected, string seen)
    {
        _compared++;
        _mismatches.Add(new VectorMismatch(field, step, expected, seen));
    }

    /// <summary>Records that the device cannot run the case, or the rest of it.</summary>
    public void CannotRun(string reason)
    {
        if (!_reasons.Contains(reason))
        {
            _reasons.Add(reason);
        }
    }

    public VectorOutcome End()
    {
        if (_compared == 0 && _reasons.Count == 0)
        {
            throw new InvalidOperationException($"CaseCheck.End of {vector.Id}: nothing was compared and no reason given");
        }

        return new VectorOutcome(
            vector, _mismatches.Count > 0 ? CaseStatus.Failed : _reasons.Count > 0 ? CaseStatus.NotRun : CaseStatus.Passed, _mismatches, _reasons);
    }

    // Whole values would put keys into a terminal's history; eight digits are enough to find one in the file.
    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var hex = Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, ShownDigits / 2)]);
        return bytes.Length == 0 ? "no bytes" : $"{hex}{(bytes.Length > ShownDigits / 2 ? "..." : "")} ({bytes.Length} {(bytes.Length == 1 ? "byte" : "bytes")})";
    }
}
