namespace Harness.Bench.Vectors;

/// <summary>An exchange of SCRAM-SHA-256 (section <c>scram</c>, RFC 7677 section 3).</summary>
public sealed record ScramCase(int Index) : VectorCase(VectorFile.Scram, Index)
{
    /// <summary>The user's name.</summary>
    public required string Client { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }

    /// <summary>The client's nonce.</summary>
    public required string ClientNonce { get; init; }

    /// <summary>The server's part of the nonce.</summary>
    public required string ServerNonce { get; init; }

    /// <summary>The salt.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>The iterations.</summary>
    public required int Iterations { get; init; }

    /// <summary>The client's first message.</summary>
    public required string ClientFirst { get; init; }

    /// <summary>The server's first message.</summary>
    public required string ServerFirst { get; init; }

    /// <summary>The client's last message.</summary>
    public required string ClientFinal { get; init; }

    /// <summary>The server's last message.</summary>
    public required string ServerFinal { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Iterations} iterations";
}
