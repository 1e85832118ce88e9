namespace Harness.Sessions.Scram;

/// <summary>The broker's half of one client's password for SCRAM-SHA-256.</summary>
/// <param name="Client">The user's name, which is the ClientId.</param>
/// <param name="Server">The broker's name; SCRAM itself does not use it.</param>
/// <param name="Credential">Salt, iterations and keys; never printed, since a guess at the password can be tested against them.</param>
public sealed record ScramAccount(string Client, string Server, ScramCredential Credential)
{
    /// <summary>Gets names and method.</summary>
    public override string ToString() => $"{Client} at {Server} ({ScramClient.Method})";
}
