namespace Harness.Cli.Commands.Brokers;

/// <summary>The way in which .NET hands on what its sockets bring, in a process that serves and does nothing else.</summary>
internal static class SocketThreads
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Lets the thread that waits for sockets also handle what came: another thread is woken for nothing then, which halves the switches of a message. What computes for long must leave that
    /// thread. To be called before the first socket is made; a value of the environment stays.</summary>
    public static void HandleWhatComes()
    {
        if (Environment.GetEnvironmentVariable(Inline) is null)
        {
            Environment.SetEnvironmentVariable(Inline, "1");
        }
    }
}
