using System.Net.Security;

namespace Harness.Brokers.Conformance;

/// <summary>The broker that is judged, and the bounds of the judgement.</summary>
/// <param name="Address">The one address that is connected to: a name is resolved once, before.</param>
public sealed record BrokerUnderTest(IPEndPoint Address)
{
    /// <summary>User name of every login; null for none.</summary>
    public string? User { get; init; }

    /// <summary>Password of every login.</summary>
    public byte[]? Password { get; init; }

    /// <summary>The demands on its certificate; null where it is spoken to in plain.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>First levels of every topic that is used, and first letters of every client name.</summary>
    public string Prefix { get; init; } = "conformance";

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time after which a broker that sent nothing is taken to send nothing.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Hard limit of one statement.</summary>
    public TimeSpan StatementWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for which a broker under load may take no bytes at all.</summary>
    public TimeSpan TakesWithin { get; init; } = TimeSpan.FromSeconds(10);
}
