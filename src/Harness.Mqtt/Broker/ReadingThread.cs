using System.Runtime.CompilerServices;

namespace Harness.Mqtt.Broker;

/// <summary>The thread on which what a socket brought is handled first. It may be the one that waits for all sockets: that of <see cref="SocketWaiting.Busy"/> or
/// <see cref="SocketWaiting.Sleeping"/>, or the runtime's own with <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS</c>.</summary>
public static class ReadingThread
{
    /// <summary>Goes on elsewhere where this thread is not one of the pool's: for what computes for long, as a login does.</summary>
    /// <returns>To be awaited at once. No task of a method: that could be over before it is awaited, and its caller would stay here.</returns>
    public static ConfiguredTaskAwaitable Leave()
    {
        SocketThread.Computes();
        return Task.CompletedTask.ConfigureAwait(Thread.CurrentThread.IsThreadPoolThread ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.ForceYielding);
    }
}
