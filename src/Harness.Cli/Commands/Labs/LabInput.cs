namespace Harness.Cli.Commands.Labs;

/// <summary>Takes a submitter's own files along with a run, features, plugins and baselines: its machine need not have them.</summary>
internal static class LabInput
{
    /// <summary>The folder of plugins in a run's input.</summary>
    public const string Plugins = "plugins";

    private const string Feature = "*.feature";

    /// <summary>Copies what the words name and the product does not ship.</summary>
    /// <param name="words">The command and its options.</param>
    /// <param name="parsed">The same, parsed.</param>
    /// <param name="folder">The folder that the run works in.</param>
    /// <returns>The words, with the copies' names where those differ.</returns>
    public static IReadOnlyList<string> Copy(IReadOnlyList<string> words, ParseResult parsed, string folder)
    {
        var names = new Dictionary<string, string>();
        foreach (var word in Typed(parsed, "PATH").Concat(Typed(parsed, "--features")).Distinct())
        {
            names[word] = CopyFeatures(word, folder);
        }

        foreach (var word in Typed(parsed, "--plugin").Distinct())
        {
            names[word] = CopyPlugin(ProductPaths.Resolve(word), $"{Plugins}/{names.Count + 1}", folder);
        }

        foreach (var word in Typed(parsed, "--file").Distinct())
        {
            var full = ProductPaths.Resolve(word);
            names[word] = Path.GetFileName(full);
            File.Copy(full, Path.Combine(folder, names[word]), overwrite: true);
        }

        return [.. words.Select(word => Renamed(word, names))];
    }

    /// <summary>Gets what was typed for an argument or option of the command.</summary>
    public static IReadOnlyList<string> Typed(ParseResult parsed, string name)
    {
        var command = parsed.CommandResult.Command;
        var symbol = command.Arguments.FirstOrDefault(argument => argument.Name == name) as Symbol ?? command.Options.FirstOrDefault(option => option.Name == name);
        return symbol switch
        {
            Argument argument => [.. parsed.GetResult(argument)?.Tokens.Select(token => token.Value) ?? []],
            Option option => parsed.GetResult(option) is { Implicit: false } found ? [.. found.Tokens.Select(token => token.Value)] : [],
            _ => [],
        };
    }

    private static string CopyFeatures(string word, string folder)
    {
        var colon = word.LastIndexOf(':');
        var hasLine = colon > 0 && !Path.Exists(ProductPaths.Resolve(word)) && int.TryParse(word[(colon + 1)..], out _);
        var (path, line) = hasLine ? (word[..colon], word[colon..]) : (word, "");
        var full = ProductPaths.Resolve(path);
        if (full == ProductPaths.Root || full.StartsWith(ProductPaths.Root + "/", StringComparison.Ordinal))
        {
            return Path.GetRelativePath(ProductPaths.Root, full) + line;
        }

        // A name below the working folder stays, so that scenarios are called as where they were typed.
        var relative = !Path.IsPathRooted(path) && !path.Split('/').Contains("..") ? path : Path.GetFileName(full.TrimEnd('/'));
        CopyTree(full, Path.Combine(folder, relative), Feature);
        return relative + line;
    }

    // The assembly with what it may need: the files beside it, and those of its packages for other systems.
    private static string CopyPlugin(string file, string name, string folder)
    {
        var (from, to) = (Path.GetDirectoryName(file)!, Path.Combine(folder, name));
        Directory.CreateDirectory(to);
        foreach (var beside in (string[])["*.dll", "*.so", "*.deps.json"])
        {
            foreach (var one in Directory.EnumerateFiles(from, beside))
            {
                File.Copy(one, Path.Combine(to, Path.GetFileName(one)), overwrite: true);
            }
        }

        if (Path.Combine(from, "runtimes") is var packages && Directory.Exists(packages))
        {
            CopyTree(packages, Path.Combine(to, "runtimes"), "*");
        }

        return $"{name}/{Path.GetFileName(file)}";
    }

    private static string Renamed(string word, Dictionary<string, string> names)
    {
        var at = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) + 1 : 0;
        return word[..at] + names.GetValueOrDefault(word[at..], word[at..]);
    }

    private static void CopyTree(string from, string to, string pattern)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, pattern, SearchOption.AllDirectories))
        {
            CopyTree(file, Path.Combine(to, Path.GetRelativePath(from, file)), pattern);
        }
    }
}
