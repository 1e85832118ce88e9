namespace Harness.Cli.Recording;

/// <summary>A record as it was asked for on the command line.</summary>
/// <param name="Out">The folder as typed; null for one of its own.</param>
/// <param name="RigTyped">The rig as typed, for the commands that a failure says to type next; null where none was.</param>
/// <param name="Sign">File of the key that signs the record at its end; null for none.</param>
/// <param name="Watch">True to serve the run as a page too.</param>
internal sealed record RecordRequest(string? Out, string? RigTyped, string? Sign, bool Watch);
