namespace Harness.Cli.Commands.Publishing;

/// <summary>Thrown when a release cannot be made.</summary>
/// <param name="what">The reason: what, where, what was expected, what was seen.</param>
/// <param name="next">The command to type next.</param>
internal sealed class PublishException(string what, string next) : Exception($"{what}; next: {next}");
