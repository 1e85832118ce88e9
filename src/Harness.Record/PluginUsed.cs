namespace Harness.Record;

/// <summary>An assembly of a lab's own that a run loaded.</summary>
/// <param name="Name">The assembly's name.</param>
/// <param name="Version">The assembly's version.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hex digits.</param>
/// <param name="Path">The file.</param>
public sealed record PluginUsed(string Name, string Version, string Sha256, string Path);

/// <summary>The part that a plugin played in a verdict.</summary>
/// <param name="Plugin">The assembly's name.</param>
/// <param name="Part"><c>step</c>, <c>attack</c>, <c>sensor</c>, <c>link</c>, <c>broker</c> or <c>operation</c>.</param>
public sealed record PluginPart(string Plugin, string Part);
