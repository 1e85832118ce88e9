using System.Text;
using Harness.Record;

namespace Harness.Cli.Live;

/// <summary>
/// The program's two outputs. <see cref="Console"/> takes text, which cannot steer a terminal; the writers here are for what must: colours and
/// the line that is written over.
/// </summary>
internal static class StandardStreams
{
    private static LastingWriter? lasting;
    private static TextWriter? output;
    private static TextWriter? error;

    /// <summary>Standard output as it is.</summary>
    public static TextWriter Out => output ?? Console.Out;

    /// <summary>Standard error as it is.</summary>
    public static TextWriter Error => error ?? Console.Error;

    /// <summary>Whether the user's environment wants colours: NO_COLOR is not set (https://no-color.org), and the terminal is no dumb one.</summary>
    public static bool WantsColor => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !IsDumb;

    /// <summary>Whether standard output shows colours.</summary>
    public static bool OutHasColor => !Console.IsOutputRedirected && WantsColor;

    /// <summary>Whether standard error is a terminal that can rewrite its last line.</summary>
    public static bool ErrorCanRewrite => !Console.IsErrorRedirected && !IsDumb;

    /// <summary>Whether a terminal, were there one, could not rewrite its last line.</summary>
    public static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>Puts the lasting writers in place of the console's own.</summary>
    public static void Install()
    {
        lasting = Open(Console.OpenStandardOutput);
        output = TextWriter.Synchronized(lasting);
        error = TextWriter.Synchronized(Open(Console.OpenStandardError));
        Console.SetOut(new EscapingWriter(output));
        Console.SetError(new EscapingWriter(error));
    }

    /// <summary>Ends a command: a result that could not be written is said, and is no success.</summary>
    /// <param name="exitCode">What the command came to.</param>
    public static int End(int exitCode)
    {
        lasting?.Flush();
        if (lasting?.Failure is not { } failure)
        {
            return exitCode;
        }

        Console.Error.WriteLine($"harness: standard output: expected room for everything that is printed, saw: {failure}; "
            + "what was printed is lost or cut; next: df -h, or send it to another file");
        return exitCode == ExitCodes.Pass ? ExitCodes.Usage : exitCode;
    }

    // UTF-8 whatever the locale: JSON and the JUnit file say so of themselves.
    private static LastingWriter Open(Func<Stream> stream)
    {
        try
        {
            return new LastingWriter(new StreamWriter(stream(), new UTF8Encoding(false)) { AutoFlush = true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LastingWriter.Closed(e.Message.TrimEnd('.'));
        }
    }
}
