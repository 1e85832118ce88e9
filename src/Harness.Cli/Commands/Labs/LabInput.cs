namespace Harness.Cli.Commands.Labs;

/// <summary>Takes a submitter's own feature files along with a run: its machine need not have them.</summary>
internal static class LabInput
{
    /// <summary>Copies what the words name and the product does not ship.</summary>
    /// <param name="words">The command and its options.</param>
    /// <param name="parsed">The same, parsed.</param>
    /// <param name="folder">The folder that the run works in.</param>
    /// <returns>The words, with the copies' names where those differ.</returns>
    public static IReadOnlyList<string> Copy(IReadOnlyList<string> words, ParseResult parsed, string folder)
    {
        var command = parsed.CommandResult.Command;
        var typed = command.Arguments.Where(argument => argument.Name == "PATH").SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? []).ToList();
        typed.AddRange(command.Options.Where(option => option.Name == "--features").SelectMany(option => parsed.GetResult(option) is { Implicit: false } found ? found.Tokens : []));
        var names = new Dictionary<string, string>();
        foreach (var word in typed.Select(token => token.Value).Distinct())
        {
            var colon = word.LastIndexOf(':');
            var hasLine = colon > 0 && !Path.Exists(ProductPaths.Resolve(word)) && int.TryParse(word[(colon + 1)..], out _);
            var (path, line) = hasLine ? (word[..colon], word[colon..]) : (word, "");
            var full = ProductPaths.Resolve(path);
            if (full == ProductPaths.Root || full.StartsWith(ProductPaths.Root + "/", StringComparison.Ordinal))
            {
                names[word] = Path.GetRelativePath(ProductPaths.Root, full) + line;
                continue;
            }

            // A name below the working folder stays, so that scenarios are called as where they were typed.
            var relative = !Path.IsPathRooted(path) && !path.Split('/').Contains("..") ? path : Path.GetFileName(full.TrimEnd('/'));
            CopyTree(full, Path.Combine(folder, relative));
            names[word] = relative + line;
        }

        return [.. words.Select(word => names.GetValueOrDefault(word, word)).Select(word => word.Contains("--features=", StringComparison.Ordinal) ? "--features=" + names.GetValueOrDefault(word["--features=".Length..], word["--features=".Length..]) : word)];
    }

    private static void CopyTree(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*.feature", SearchOption.AllDirectories))
        {
            CopyTree(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
