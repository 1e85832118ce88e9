using Microsoft.Win32.SafeHandles;

namespace Harness.Sessions.Accounts;

/// <summary>Keeps enrolments into one account file apart: flock(2) on <c>FILE.lock</c>, which the kernel releases when its holder ends in any way.</summary>
/// <remarks>The account file itself is replaced by each enrolment, so it cannot carry the lock. The name is removed by the holder.</remarks>
internal sealed partial class EnrolmentLock : IDisposable
{
    private const int LockExclusive = 2;
    private const int OpenReadWrite = 2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;
    private const int OwnerOnly = 0b110_000_000;

    // A write takes milliseconds; a holder that was stopped may take for ever.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private EnrolmentLock(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    /// <summary>Waits for the lock; the kernel wakes the wait.</summary>
    /// <param name="file">The account file.</param>
    /// <param name="longest">The longest wait; null takes ten seconds.</param>
    /// <exception cref="TimeoutException">Another enrolment held it for the whole wait.</exception>
    /// <exception cref="IOException">No lock file can be made.</exception>
    public static EnrolmentLock Take(string file, TimeSpan? longest = null)
    {
        var path = file + ".lock";
        var until = DateTime.UtcNow + (longest ?? _longest);
        while (true)
        {
            var handle = OpenFile(path);
            // On a thread of its own, as a wait in the kernel has no limit. One that comes too late lets go of the lock with the handle.
            var taken = Task.Factory.StartNew(() => Flock(handle, LockExclusive) == 0, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var left = until - DateTime.UtcNow;
            if (!taken.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                _ = taken.ContinueWith(_ => handle.Dispose(), TaskScheduler.Default);
                throw new TimeoutException(path);
            }

            // The holder before may have removed the name meanwhile, and then this lock is on no file that others see.
            if (taken.Result && LinuxFile.IsAt(handle, path))
            {
                return new EnrolmentLock(handle, path);
            }

            handle.Dispose();
            if (!taken.Result)
            {
                throw new IOException("the file system has no locks");
            }
        }
    }

    /// <summary>Removes the name, then releases the lock.</summary>
    public void Dispose()
    {
        File.Delete(_path);
        _handle.Dispose();
    }

    /// <summary>Opens the file without .NET's FileStream, which puts a lock of its own on every file that would clash with this one.</summary>
    private static SafeFileHandle OpenFile(string path)
    {
        var descriptor = Open(path, OpenReadWrite | OpenCreate | LinuxFile.OpenNoFollow | OpenCloseOnExec, OwnerOnly);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);
}
