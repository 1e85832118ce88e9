namespace Harness.Sessions.Accounts;

/// <summary>Finds the known word a person most likely meant.</summary>
public static class NearestWord
{
    /// <summary>The nearest known word by edit distance, or null where none is near (more than half of the word differs).</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What is known.</param>
    public static string? Find(string word, IEnumerable<string> known)
    {
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest is not null && least * 2 <= Math.Max(word.Length, nearest.Length) ? nearest : null;
    }

    private static int Distance(string a, string b)
    {
        // Bounded: a key in a file may be of any length, and the answer is only useful for short ones.
        if (a.Length > 64 || b.Length > 64)
        {
            return int.MaxValue / 4;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
