namespace Harness.Crypto.Tls;

/// <summary>Work that blocks, on a thread of its own: a blocked thread of the pool holds up every other task of the process, and the pool adds one or two a second.</summary>
public static class OwnThread
{
    /// <summary>Runs it to its end.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
