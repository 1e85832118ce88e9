namespace Harness.Adversary.ClientTls;

/// <summary>The judgement of a client before one presentation.</summary>
public enum TlsVerdict
{
    /// <summary>A control: it logged in.</summary>
    LoggedIn,

    /// <summary>It sent nothing.</summary>
    Held,

    /// <summary>It sent application data to a broker that it must refuse.</summary>
    Fails,

    /// <summary>It went on where going on is no failure.</summary>
    Advisory,

    /// <summary>The presentation is about something that the client does not do.</summary>
    NotApplicable,

    /// <summary>Nothing was seen that decides: no connection, silence, or a control that did not succeed.</summary>
    NotJudged,
}

/// <summary>A presentation with its verdict and what was seen.</summary>
/// <param name="Presentation">The presentation.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Evidence">The observation.</param>
/// <param name="Sent">The application data that left the client; null for none.</param>
/// <param name="Duration">The time that it took.</param>
public sealed record TlsOutcome(TlsPresentation Presentation, TlsVerdict Verdict, string Evidence, SentBytes? Sent, TimeSpan Duration)
{
    /// <summary>True if the client connected, so that something was seen of it.</summary>
    public bool HasConnected { get; init; }
}
