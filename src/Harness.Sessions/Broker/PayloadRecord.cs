namespace Harness.Sessions.Broker;

/// <summary>The broker's decision on one payload or token request. Never a plaintext, never a token.</summary>
/// <param name="Client">ClientId of who sent it.</param>
/// <param name="Topic">The topic it came on, or the topic a token request is about, or the filter of a refused subscription.</param>
/// <param name="Accepted">True = routed, or granted.</param>
/// <param name="Reason">One of <see cref="PayloadReasons"/>.</param>
/// <param name="At">When.</param>
public sealed record PayloadRecord(string Client, string Topic, bool Accepted, string Reason, DateTimeOffset At) : IClientRecord;

/// <summary>The reason words of <see cref="PayloadRecord"/>.</summary>
public static class PayloadReasons
{
    /// <summary>Routed as it came: the scheme's broker does not look at payloads.</summary>
    public const string Routed = "ROUTED";

    /// <summary>Opened under the publisher's key, and re-sealed for each who gets it.</summary>
    public const string Opened = "OPENED";

    /// <summary>Too short, wrong tag, or of the other direction.</summary>
    public const string BadTag = "BAD-TAG";

    /// <summary>The counter is not above the last one accepted.</summary>
    public const string Replay = "REPLAY";

    /// <summary>The connection has no session key: it did not log in, or it ended (a will).</summary>
    public const string NoKey = "NO-KEY";

    /// <summary>No token was shown that covers the topic.</summary>
    public const string NoGrant = "NO-GRANT";

    /// <summary>A token request that was granted.</summary>
    public const string Granted = "GRANTED";

    /// <summary>A token request that was refused.</summary>
    public const string Refused = "REFUSED";

    /// <summary>Sealed rightly, but no token request.</summary>
    public const string Malformed = "MALFORMED";
}
