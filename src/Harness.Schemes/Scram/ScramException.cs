namespace Harness.Schemes.Scram;

/// <summary>The reasons for which a client ends an exchange of SCRAM.</summary>
public enum ScramFailure
{
    /// <summary>A message that RFC 5802 section 7 does not allow here, or an extension that the receiver must know and does not.</summary>
    Malformed,

    /// <summary>The server's nonce does not begin with the client's, or adds nothing to it.</summary>
    ForeignNonce,

    /// <summary>Fewer iterations than the client accepts, or more than it can compute.</summary>
    Iterations,

    /// <summary>The server's signature is wrong, or it reported an error.</summary>
    WrongSignature,
}

/// <summary>The client ends the exchange.</summary>
/// <param name="failure">The reason.</param>
/// <param name="message">The reason in words; never a key or a password.</param>
public sealed class ScramException(ScramFailure failure, string message) : Exception(message)
{
    /// <summary>The reason.</summary>
    public ScramFailure Failure { get; } = failure;
}
