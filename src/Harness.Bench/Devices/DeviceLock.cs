using Harness.Sessions.Accounts;
using Microsoft.Win32.SafeHandles;

namespace Harness.Bench.Devices;

/// <summary>Thrown when a real board is held by another run.</summary>
/// <param name="device">The device's name in this rig.</param>
/// <param name="port">The port both want.</param>
/// <param name="holder">Process, user, time since when, and command.</param>
/// <param name="age">Time that it has been held; null where the lock does not tell.</param>
public sealed class DeviceHeldException(string device, string port, string holder, TimeSpan? age = null)
    : Exception($"{device} ({port}) is held by {holder}{Words(age)}; next: wait for it or end that run")
{
    /// <summary>The device's name in this rig.</summary>
    public string Device { get; } = device;

    /// <summary>The port both want.</summary>
    public string Port { get; } = port;

    /// <summary>The holder: process, user, the time since when, and its command.</summary>
    public string Holder { get; } = holder;

    /// <summary>Time that it has been held; null where the lock does not tell.</summary>
    public TimeSpan? Age { get; } = age;

    /// <summary>The holder, and for how long.</summary>
    public string HolderWithAge => Holder + Words(Age);

    private static string Words(TimeSpan? age) => age is { } time && time >= TimeSpan.Zero ? $", for {PortOpening.Seconds(TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds)))}" : "";
}

#pragma warning disable CA1416 // flock and file modes: boards are driven from Linux only

/// <summary>
/// Keeps two runs off one board. The lock is flock(2) on a file named after the port, so the kernel releases it when its holder ends in any
/// way; the file's text only names the holder and the time.
/// </summary>
public sealed partial class DeviceLock : IDisposable
{
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int OpenReadWrite = 2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;
    private const int ReadWriteForAll = 0b110_110_110;
    private const string SinceFormat = "yyyy-MM-dd HH:mm:ss 'UTC'";
    private const int LongestCommand = 120;
    private readonly SafeFileHandle _handle;

    private DeviceLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Default folder of lock files: <c>/run/lock/harness</c> where that can be made, else one in the temporary folder.</summary>
    public static string DefaultFolder => Directory.Exists("/run/lock") ? "/run/lock/harness" : Path.Combine(Path.GetTempPath(), "harness-locks");

    /// <summary>Takes the lock of a port.</summary>
    /// <param name="device">The device's name in the rig, for errors.</param>
    /// <param name="port">The device node; a link is followed, so two names of one port are one lock.</param>
    /// <param name="folder">Folder of lock files; null takes <see cref="DefaultFolder"/>.</param>
    /// <param name="time">Clock of the time written to the file.</param>
    /// <exception cref="DeviceHeldException">Another run holds it.</exception>
    /// <exception cref="IOException">No lock file can be made.</exception>
    public static DeviceLock Take(string device, string port, string? folder = null, TimeProvider? time = null)
    {
        var path = FileOf(port, folder ?? DefaultFolder);
        var handle = OpenShared(path);
        if (Flock(handle, LockExclusive | LockNonBlocking) != 0)
        {
            var holder = ReadHolder(handle);
            handle.Dispose();
            throw new DeviceHeldException(device, port, holder, (time ?? TimeProvider.System).GetUtcNow() - Since(holder));
        }

        try
        {
            var since = (time ?? TimeProvider.System).GetUtcNow().ToString(SinceFormat, CultureInfo.InvariantCulture);
            var text = Encoding.UTF8.GetBytes($"pid {Environment.ProcessId} of {UserName()} since {since}: {CommandLine()}\n");
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, text, 0);
            return new DeviceLock(handle);
        }
        catch
        {
            // A lock that nobody can give back would be held by this very process, against its own next try.
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock of a port, and waits while another run holds it.</summary>
    /// <param name="device">The device's name in the rig, for errors.</param>
    /// <param name="port">The device node.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="onWaiting">Called with one line that names the holder, whenever that changes; may be null.</param>
    /// <param name="folder">Folder of lock files; null takes <see cref="DefaultFolder"/>.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="DeviceHeldException">Another run held it for the whole wait.</exception>
    public static async Task<DeviceLock> TakeAsync(
        string device, string port, TimeSpan wait, Action<string>? onWaiting, string? folder = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        string? told = null;
        while (true)
        {
            try
            {
                return Take(device, port, folder, time);
            }
            catch (DeviceHeldException e)
            {
                var waited = clock.GetElapsedTime(started);
                if (waited >= wait)
                {
                    throw wait > TimeSpan.Zero ? PortOpening.Late(e, waited) : e;
                }

                if (e.Holder != told)
                {
                    onWaiting?.Invoke($"waiting up to {PortOpening.Seconds(wait)} for {device}: {port} is held by {told = e.Holder}");
                }
            }

            await Task.Delay(PortOpening.Pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gets who holds a port, and since when; null where nobody does, or where it cannot be told.</summary>
    /// <param name="port">The device node.</param>
    /// <param name="folder">Folder of lock files; null takes <see cref="DefaultFolder"/>.</param>
    public static string? HolderOf(string port, string? folder = null)
    {
        try
        {
            var path = FileOf(port, folder ?? DefaultFolder);
            if (!File.Exists(path))
            {
                return null;
            }

            using var handle = OpenShared(path);
            return Flock(handle, LockExclusive | LockNonBlocking) != 0 ? ReadHolder(handle) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _handle.Dispose();

    private static string FileOf(string port, string folder)
    {
        var target = DeviceNode.Resolve(port);
        Directory.CreateDirectory(folder);
        if (new DirectoryInfo(folder).LinkTarget is not null)
        {
            // Anybody may have made it, where root would change the mode of what it leads to.
            throw new IOException($"the folder of lock files {folder} is a link; next: ls -ld {ShellWord.Quote(folder)}");
        }

        TryShare(() => File.SetUnixFileMode(folder, (UnixFileMode)0b001_111_111_111));

        // No two ports share a name: a '-' of the node's own name is no '/'.
        var name = target.Trim('/').Replace("%", "%25", StringComparison.Ordinal).Replace("-", "%2d", StringComparison.Ordinal).Replace('/', '-');
        return Path.Combine(folder, name + ".lock");
    }

    /// <summary>Opens the file without .NET's FileStream, which puts a lock of its own on every file that would clash with this one.</summary>
    private static SafeFileHandle OpenShared(string path)
    {
        // Open before create: in a sticky folder the kernel refuses to "create" a file that another user owns already. A link is not followed: anybody
        // may write to the folder, and the name of the holder would overwrite what the link leads to.
        var flags = OpenReadWrite | OpenCloseOnExec | LinuxFile.OpenNoFollow;
        var descriptor = Open(path, flags, 0);
        if (descriptor < 0)
        {
            descriptor = Open(path, flags | OpenCreate, ReadWriteForAll);
        }

        if (descriptor < 0)
        {
            throw new IOException($"cannot open the lock file {path}: {Marshal.GetLastPInvokeErrorMessage()}; next: ls -ld {ShellWord.Quote(Path.GetDirectoryName(path)!)}");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        TryShare(() => File.SetUnixFileMode(handle, (UnixFileMode)ReadWriteForAll));
        return handle;
    }

    /// <summary>Lets other users lock the file too; only its owner can set the mode.</summary>
    private static void TryShare(Action setMode)
    {
        try
        {
            setMode();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // Another user made it, with this mode.
        }
    }

    // The name is for people: a system without a list of users has locks all the same.
    private static string UserName()
    {
        try
        {
            return Environment.UserName is { Length: > 0 } name ? name : "a user without a name";
        }
        catch (IOException)
        {
            return "a user without a name";
        }
    }

    private static string ReadHolder(SafeFileHandle handle)
    {
        var text = new byte[512];
        var read = RandomAccess.Read(handle, text, 0);
        var holder = Encoding.UTF8.GetString(text, 0, read).Trim();
        return holder.Length == 0 ? "another run" : ForeignText.Name(holder); // anybody may write the file
    }

    private static DateTimeOffset? Since(string holder)
    {
        var at = holder.IndexOf(" since ", StringComparison.Ordinal);
        var words = at < 0 ? "" : holder[(at + " since ".Length)..];
        var end = words.IndexOf(" UTC", StringComparison.Ordinal);
        return end > 0 && DateTimeOffset.TryParseExact(words[..(end + 4)], SinceFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : null;
    }

    // As it was typed but for the path of the program; no command takes a secret as an argument.
    private static string CommandLine()
    {
        var words = Environment.GetCommandLineArgs();
        var line = string.Join(' ', words.Skip(1).Prepend(Path.GetFileNameWithoutExtension(words[0])).Select(ShellWord.Quote)).ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? line : line[..(LongestCommand - 1)] + "…";
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);
}
