namespace Harness.Record;

/// <summary>Finds the known word nearest to a mistyped one.</summary>
public static class NearestWord
{
    /// <summary>Gets "; did you mean ..." or the list of the known words.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var words = known.ToList();
        if (words.Count == 0)
        {
            return "";
        }

        var nearest = words.MinBy(k => Distance(word, k))!;
        var list = string.Join(", ", words);
        return $"; nearest known: \"{nearest}\"" + (words.Count > 1 ? $" (known: {list})" : "");
    }

    /// <summary>Finds the nearest known word; null where none is near (more than half of it differs).</summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        var nearest = known.MinBy(candidate => Distance(word, candidate));
        return nearest is not null && Distance(word, nearest) * 2 <= Math.Max(word.Length, nearest.Length) ? nearest : null;
    }

    /// <summary>Computes the Levenshtein distance, ignoring case; a swap of neighbours counts one.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        const int longest = 64; // a key in a file may be of any length, and the answer is only useful for short ones
        if (a.Length > longest || b.Length > longest)
        {
            return Math.Max(a.Length, b.Length);
        }

        a = a.ToLowerInvariant();
        b = b.ToLowerInvariant();
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
