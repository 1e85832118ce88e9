namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>Patterns that an eavesdropper finds in ciphertext alone where equal plaintext gives equal ciphertext: which units are equal, never their content.</summary>
/// <remarks>
/// A pattern numbers the units in the order in which a value first appears: <c>a b a c</c> is 0 1 0 2. Two texts have the same pattern
/// exactly where their units are equal in the same places, so a pattern read off a ciphertext can be compared with the plaintext's.
/// </remarks>
public static class BlockPatterns
{
    /// <summary>Bytes of the unit compared, 16: two blocks of PRESENT or one of AES, so that either cipher's ECB shows.</summary>
    public const int Unit = 16;

    /// <summary>Offsets at which a ciphertext may begin in a payload: at once, or after a nonce of 8, 12 or 16 bytes.</summary>
    public static IReadOnlyList<int> Offsets { get; } = [0, 8, 12, 16];

    /// <summary>The pattern of some values.</summary>
    public static int[] Of(IEnumerable<byte[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var known = new Dictionary<string, int>();
        return [.. values.Select(value =>
        {
            var text = Convert.ToHexString(value);
            if (!known.TryGetValue(text, out var number))
            {
                number = known.Count;
                known.Add(text, number);
            }

            return number;
        })];
    }

    /// <summary>The pattern of the whole units of several payloads under one key, one payload after the other.</summary>
    /// <param name="payloads">Ciphertexts.</param>
    /// <param name="units">Number of units of each that are examined; a payload that holds fewer has no pattern.</param>
    /// <returns>The pattern at the offset where most units repeat, the first of several alike: the eavesdropper does not know the format and
    /// takes the reading that shows most. Empty where no offset fits.</returns>
    public static int[] OfUnits(IReadOnlyList<byte[]> payloads, int units)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        return Best(Offsets
            .Where(offset => payloads.All(p => p.Length >= offset + (units * Unit)))
            .Select(offset => Of(payloads.SelectMany(p => Enumerable.Range(0, units).Select(i => p.AsSpan(offset + (i * Unit), Unit).ToArray())))));
    }

    /// <summary>The pattern of whole messages, each without what stands before the offset: a nonce differs also where the rest is equal.</summary>
    /// <param name="payloads">Ciphertexts.</param>
    /// <returns>As <see cref="OfUnits"/>.</returns>
    public static int[] OfMessages(IReadOnlyList<byte[]> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        return Best(Offsets.Where(offset => payloads.All(p => p.Length > offset)).SelectMany(offset => new[]
        {
            Of(payloads.Select(p => p[offset..])),
            // A tag may cover the nonce and differ where the ciphertext before it does not.
            Of(payloads.Select(p => p[offset..Math.Max(offset, p.Length - Unit)])),
        }.Take(payloads.All(p => p.Length >= offset + Unit + 8) ? 2 : 1)));
    }

    private static int[] Best(IEnumerable<int[]> patterns) => patterns.MinBy(pattern => pattern.Distinct().Count()) ?? [];
}
