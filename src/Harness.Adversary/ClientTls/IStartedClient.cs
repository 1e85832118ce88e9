namespace Harness.Adversary.ClientTls;

/// <summary>A client that was started for one presentation; disposal ends it.</summary>
public interface IStartedClient : IAsyncDisposable
{
    /// <summary>Completes when the client has ended; never fails, and never completes where nobody here started it.</summary>
    Task Ended { get; }

    /// <summary>Exit status once it has ended; null where there is none. After 0 without a connection it may have started something that still comes.</summary>
    int? Status { get; }
}
