namespace Harness.Cli.Live;

/// <summary>
/// Standard streams that were closed when the program started. No file that is opened later may take the place of one, and what took it before this
/// program's first line (files of the runtime) is not written to.
/// </summary>
internal static partial class ClosedDescriptors
{
    private const int Streams = 3;
    private const int GetFlags = 1;      // F_GETFD
    private const int CloseOnExec = 1;   // FD_CLOEXEC
    private const int OpenReadOnly = 0;
    private const int OpenWriteOnly = 1;
    private static readonly bool[] _closed = new bool[Streams];

    /// <summary>True if a descriptor was closed.</summary>
    public static bool Has(int descriptor) => _closed[descriptor];

    /// <summary>Finds the closed streams and fills their places. To be called before anything is opened.</summary>
    public static void Hold()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        for (var descriptor = 0; descriptor < Streams; descriptor++)
        {
            // What a shell hands over stays open over exec(2); what the runtime opens does not.
            var flags = Control(descriptor, GetFlags);
            _closed[descriptor] = flags < 0 || (flags & CloseOnExec) != 0;
            if (flags < 0)
            {
                // The lowest free number is this one. To read, at the output: what is written there fails as before.
                _ = Open("/dev/null", descriptor == Streams - 1 ? OpenWriteOnly : OpenReadOnly);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
