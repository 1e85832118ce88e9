namespace Harness.Reporting;

/// <summary>The name of a feature file, the same on every machine.</summary>
internal static class FeatureName
{
    /// <summary>The names of several files: where two would be one name (two roots of one name), as many folders above as tell them apart stand before.</summary>
    /// <param name="files">The files as the record names them.</param>
    /// <param name="typed">The files and folders that were typed; null where the record does not say.</param>
    public static IReadOnlyDictionary<string, string> OfAll(IEnumerable<string> files, IReadOnlyList<string>? typed)
    {
        var names = new Dictionary<string, string>();
        foreach (var alike in files.Distinct().GroupBy(file => Of(file, typed)))
        {
            var (parts, depth) = (alike.Key.Count(c => c == '/') + 1, 0);
            string Longer(string file) => string.Join('/', Parts(file).TakeLast(parts + depth));
            while (alike.Select(Longer).Distinct().Count() < alike.Count() && alike.Any(file => Parts(file).Length > parts + depth))
            {
                depth++;
            }

            // Apart only by where "../" leads: then the order in the run tells them apart.
            foreach (var same in alike.GroupBy(file => depth == 0 ? alike.Key : Longer(file)))
            {
                foreach (var (file, index) in same.Select((file, index) => (file, index)))
                {
                    names[file] = index == 0 ? same.Key : $"{index + 1}/{same.Key}";
                }
            }
        }

        return names;
    }

    /// <summary>The file relative to the folder of what was typed: <c>/builds/x/features/login.feature</c> of <c>/builds/x/features</c> is
    /// <c>features/login.feature</c>, and so is <c>../features/login.feature</c>.</summary>
    /// <param name="file">The file as the record names it.</param>
    /// <param name="typed">The files and folders that were typed; null if the record does not have them.</param>
    public static string Of(string file, IEnumerable<string>? typed)
    {
        if (!Path.IsPathRooted(file))
        {
            return string.Join('/', Parts(file));
        }

        var root = (typed ?? []).Select(WithoutLine).Where(path => file == path || file.StartsWith(path + "/", StringComparison.Ordinal)).MaxBy(path => path.Length);
        var folder = Path.GetDirectoryName(root ?? file) ?? "/";
        return Path.GetRelativePath(folder, file).Replace('\\', '/');
    }

    private static string[] Parts(string file) => [.. file.Split('/').Where(part => part is not (".." or "." or ""))];

    private static string WithoutLine(string typed)
    {
        var colon = typed.LastIndexOf(':');
        var path = colon > 0 && int.TryParse(typed.AsSpan(colon + 1), out _) ? typed[..colon] : typed;
        return path.Length > 1 ? path.TrimEnd('/') : path;
    }
}
