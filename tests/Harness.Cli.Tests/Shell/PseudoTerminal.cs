using System.Runtime.InteropServices;

namespace Harness.Cli.Tests.Shell;

/// <summary>A pseudo-terminal without an answering far end, held by this test.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int OpenReadWriteNoControl = 0x102 | 0x80000;
    private int _master;
    private int _slave = -1;

    private PseudoTerminal(int master, string path) => (this._master, Path) = (master, path);

    public string Path { get; }

    public static PseudoTerminal Open()
    {
        var master = OpenMaster(OpenReadWriteNoControl);
        var name = new byte[64];
        if (master < 0 || Grant(master) != 0 || Unlock(master) != 0 || Name(master, name, (nuint)name.Length) != 0)
        {
            throw new InvalidOperationException($"no pseudo-terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return new PseudoTerminal(master, System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0'));
    }

    /// <summary>Locks the line as a terminal program does, with flock(2), which also stops root.</summary>
    public void HoldExclusively()
    {
        _slave = OpenFile(Path, OpenReadWriteNoControl);
        if (_slave < 0 || Flock(_slave, 2 | 4) != 0)
        {
            throw new InvalidOperationException($"cannot hold {Path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public void Dispose()
    {
        // Once each: the number of a closed descriptor is soon another file's.
        _ = _slave < 0 ? 0 : Close(_slave);
        _ = _master < 0 ? 0 : Close(_master);
        _slave = _master = -1;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int Name(int master, [Out] byte[] name, nuint size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
