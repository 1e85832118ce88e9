using Microsoft.Win32.SafeHandles;

namespace Harness.Cli.Live;

/// <summary>Reads a password from standard input: one line of a pipe, or a typed one with the terminal's echo off.</summary>
internal static partial class PasswordInput
{
    private const int MaximumLine = Enrolment.MaximumPasswordLength + 1; // and a carriage return
    private const int FlushThenSet = 2;       // TCSAFLUSH: input typed before the prompt is dropped, as getpass(3) does
    private const int LocalFlags = 12;        // offset of c_lflag in Linux's struct termios
    private const byte Echo = 0x08;

    /// <summary>Prompts on standard error and reads the typed password, which is never shown, even if it is pasted or typed ahead.</summary>
    /// <exception cref="ArgumentException">No line came, or it is no valid password line; the message never contains it.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C; the terminal echoes again.</exception>
    /// <remarks>Console.ReadKey turns echo off for each key only, so a pasted password would show in part.</remarks>
    public static string Ask(string prompt, CancellationToken stop)
    {
        var before = new byte[256];
        if (!OperatingSystem.IsLinux() || GetAttributes(StandardStreams.InputDescriptor, before) != 0)
        {
            throw new ArgumentException("this terminal cannot hide what is typed; give the password as one line of a pipe");
        }

        var hidden = (byte[])before.Clone();
        hidden[LocalFlags] &= unchecked((byte)~Echo);
        _ = SetAttributes(StandardStreams.InputDescriptor, FlushThenSet, hidden);
        try
        {
            Console.Error.Write(prompt);
            var line = Task.Run(ReadLine, CancellationToken.None);
            line.Wait(stop);
            return line.GetAwaiter().GetResult();
        }
        catch (AggregateException e)
        {
            throw e.InnerException!;
        }
        finally
        {
            _ = SetAttributes(StandardStreams.InputDescriptor, FlushThenSet, before);
            Console.Error.WriteLine();
        }
    }

    /// <summary>Reads the next line of standard input, without its LF or CRLF, and nothing after it.</summary>
    /// <exception cref="ArgumentException">The line is too long or no UTF-8; the message never contains it.</exception>
    public static string ReadLine()
    {
        if (ClosedDescriptors.Has(StandardStreams.InputDescriptor))
        {
            throw new ArgumentException("no password: standard input is closed");
        }

        using var input = new FileStream(new SafeFileHandle(StandardStreams.InputDescriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        var line = new byte[MaximumLine];
        try
        {
            var length = 0;
            for (var next = input.ReadByte(); next is not (-1 or '\n'); next = input.ReadByte())
            {
                if (length == line.Length)
                {
                    throw TooLong();
                }

                line[length++] = (byte)next;
            }

            length -= length > 0 && line[length - 1] == '\r' ? 1 : 0;
            if (length > Enrolment.MaximumPasswordLength)
            {
                throw TooLong();
            }

            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new ArgumentException("the password is not UTF-8; set the terminal or the file to UTF-8");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    private static ArgumentException TooLong() =>
        new($"the password is longer than {Enrolment.MaximumPasswordLength} bytes, and boards take no more; choose another");

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, [Out] byte[] termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte[] termios);
}
