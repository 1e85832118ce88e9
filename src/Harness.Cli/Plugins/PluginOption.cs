namespace Harness.Cli.Plugins;

/// <summary>The option <c>--plugin FILE.dll</c>.</summary>
internal static class PluginOption
{
    /// <summary>The option for a command.</summary>
    public static Option<string[]> Create() => new("--plugin")
    {
        Description = "an assembly of your own with steps, attacks or drivers, beside those of the rig's plugins: (may be repeated)", HelpName = "FILE.dll",
    };

    /// <summary>Full paths of the files that were typed.</summary>
    /// <exception cref="FormatException">A path is empty.</exception>
    public static IReadOnlyList<string> Paths(ParseResult parsed, Option<string[]> option) => [.. (parsed.GetValue(option) ?? []).Select(ProductPaths.Resolve)];
}
