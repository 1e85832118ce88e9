namespace Harness.Cli.Plugins;

/// <summary>An assembly of a lab's own that cannot be used: which file, why, and what to type next (exit code 2: configuration).</summary>
/// <param name="file">The file.</param>
/// <param name="problem">The fault and what was expected.</param>
/// <param name="nextCommand">The next command to type.</param>
/// <param name="inner">The runtime's exception.</param>
public sealed class PluginException(string file, string problem, string nextCommand, Exception? inner = null)
    : Exception($"plugin {file}: {problem}; next: {nextCommand}", inner);
