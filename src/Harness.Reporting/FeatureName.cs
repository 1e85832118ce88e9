namespace Harness.Reporting;

/// <summary>The name of a feature file, the same on every machine.</summary>
internal static class FeatureName
{
    /// <summary>Gets the file relative to the folder of the typed path: <c>/builds/x/features/login.feature</c> of <c>/builds/x/features</c> is
    /// <c>features/login.feature</c>, and so is <c>../features/login.feature</c>.</summary>
    /// <param name="file">The file as the record names it.</param>
    /// <param name="typed">The files and folders that were typed; null if the record does not have them.</param>
    public static string Of(string file, IEnumerable<string>? typed)
    {
        if (!Path.IsPathRooted(file))
        {
            return string.Join('/', file.Split('/').Where(part => part is not (".." or "." or "")));
        }

        var root = (typed ?? []).Select(WithoutLine).Where(path => file == path || file.StartsWith(path + "/", StringComparison.Ordinal)).MaxBy(path => path.Length);
        var folder = Path.GetDirectoryName(root ?? file) ?? "/";
        return Path.GetRelativePath(folder, file).Replace('\\', '/');
    }

    private static string WithoutLine(string typed)
    {
        var colon = typed.LastIndexOf(':');
        var path = colon > 0 && int.TryParse(typed.AsSpan(colon + 1), out _) ? typed[..colon] : typed;
        return path.Length > 1 ? path.TrimEnd('/') : path;
    }
}
