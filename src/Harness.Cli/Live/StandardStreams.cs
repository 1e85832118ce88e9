namespace Harness.Cli.Live;

/// <summary>
/// The program's two outputs. <see cref="Console"/> takes plain text, which cannot control a terminal; the writers here are for output that does: colours and
/// the line that is overwritten.
/// </summary>
internal static class StandardStreams
{
    /// <summary>The reason where a stream was closed when the program started.</summary>
    public const string IsClosed = "it is closed";

    /// <summary>Number of standard input.</summary>
    public const int InputDescriptor = 0;

    /// <summary>Number of standard output.</summary>
    public const int OutputDescriptor = 1;

    /// <summary>Number of standard error.</summary>
    public const int ErrorDescriptor = 2;

    /// <summary>Takes a terminal's last line away.</summary>
    public const string EraseLine = "\r\x1b[2K";

    private static LastingWriter? _openWriter;
    private static TextWriter? _output;
    private static TextWriter? _error;

    /// <summary>Standard output without escaping.</summary>
    public static TextWriter Out => _output ?? Console.Out;

    /// <summary>Standard error without escaping.</summary>
    public static TextWriter Error => _error ?? Console.Error;

    /// <summary>True if the user's environment allows colours: NO_COLOR is not set (https://no-color.org), and the terminal is not dumb.</summary>
    public static bool WantsColor => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !IsDumb;

    /// <summary>True if standard output shows colours.</summary>
    public static bool OutHasColor => !Console.IsOutputRedirected && WantsColor;

    /// <summary>True if standard error is a terminal that can rewrite its last line.</summary>
    public static bool ErrorCanRewrite => !Console.IsErrorRedirected && !IsDumb;

    /// <summary>True if TERM describes a terminal that cannot rewrite its last line.</summary>
    public static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>True where a CI watches, as the variable CI says: its log keeps every line, also where it gives a terminal.</summary>
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") is { Length: > 0 } set && !string.Equals(set, "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Replaces the console's writers by lasting ones.</summary>
    public static void Install() => Install(Console.OpenStandardOutput, Console.OpenStandardError);

    /// <summary>Replaces the console's writers by lasting ones over the given streams.</summary>
    /// <param name="output">Opens standard output; an <see cref="IOException"/> means that it is closed.</param>
    /// <param name="error">Opens standard error, likewise.</param>
    public static void Install(Func<Stream> output, Func<Stream> error)
    {
        _openWriter = Open(OutputDescriptor, output);
        _output = TextWriter.Synchronized(_openWriter);
        _error = TextWriter.Synchronized(Open(ErrorDescriptor, error));
        if (ClosedDescriptors.Has(InputDescriptor))
        {
            Console.SetIn(TextReader.Null);
        }

        Console.SetOut(ProgramNameWriter.Before(new EscapingWriter(_output)));
        Console.SetError(ProgramNameWriter.Before(new EscapingWriter(_error)));
    }

    /// <summary>Ends a command: a result that could not be written is reported, and turns success into failure.</summary>
    /// <param name="exitCode">The command's exit code.</param>
    public static int End(int exitCode)
    {
        _openWriter?.Flush();
        if (_openWriter?.Failure is not { } failure)
        {
            return exitCode;
        }

        Console.Error.WriteLine("harness: standard output: " + (failure == IsClosed
            ? "expected an open stream, saw one that is closed; what was printed is lost; next: type it again with > FILE"
            : $"expected room for everything that is printed, saw: {failure}; what was printed is lost or cut; next: df -h, or send it to another file"));
        return exitCode == ExitCodes.Pass ? ExitCodes.Usage : exitCode;
    }

    // UTF-8 in every locale: JSON and the JUnit file declare it.
    private static LastingWriter Open(int descriptor, Func<Stream> stream)
    {
        if (ClosedDescriptors.Has(descriptor))
        {
            return LastingWriter.Closed(IsClosed);
        }

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
