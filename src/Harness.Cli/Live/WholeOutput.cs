using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Harness.Cli.Live;

/// <summary>Writes a result to standard output wholly or not at all, as far as a file allows: what stands of it on a full disk is taken away again.</summary>
internal static class WholeOutput
{
    private const int StandardOutput = 1;

    /// <summary>Writes a text.</summary>
    /// <exception cref="IOException">It could not be written; where standard output is a file, nothing of it is left there.</exception>
    public static void Write(string text)
    {
        using var handle = new SafeFileHandle(StandardOutput, ownsHandle: false);
        var before = Length(handle);
        try
        {
            // Past Console.Out, which forgives a reader that is gone: an account that went nowhere is a failure.
            using var output = Console.OpenStandardOutput();
            output.Write(Encoding.UTF8.GetBytes(text));
            output.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            if (before is { } length && Length(handle) > length)
            {
                RandomAccess.SetLength(handle, length);
            }

            throw new IOException((e.InnerException ?? e).Message.TrimEnd('.'), e);
        }
    }

    // Null for a terminal, a pipe or a device.
    private static long? Length(SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is NotSupportedException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
