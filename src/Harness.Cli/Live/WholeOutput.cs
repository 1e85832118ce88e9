using Microsoft.Win32.SafeHandles;

namespace Harness.Cli.Live;

/// <summary>Writes a result to standard output completely or not at all, as far as a file allows: on a full disk the part already written is removed.</summary>
internal static class WholeOutput
{
    /// <summary>Writes a text.</summary>
    /// <exception cref="IOException">The text could not be written; if standard output is a file, no part of the text is left there.</exception>
    public static void Write(string text)
    {
        if (ClosedDescriptors.Has(StandardStreams.OutputDescriptor))
        {
            throw new IOException(StandardStreams.IsClosed);
        }

        using var handle = new SafeFileHandle(StandardStreams.OutputDescriptor, ownsHandle: false);
        var before = Length(handle);
        try
        {
            // Not through Console.Out, which ignores a closed reader: an account that was not written is a failure.
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
