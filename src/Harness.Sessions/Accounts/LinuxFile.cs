using Microsoft.Win32.SafeHandles;

namespace Harness.Sessions.Accounts;

/// <summary>Properties of a file that Linux has and .NET does not give: its kind and owner (statx(2), whose structure is the same on every machine).</summary>
public static partial class LinuxFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint TypeModeAndUser = 0x0b; // STATX_TYPE | STATX_MODE | STATX_UID
    private const uint Inode = 0x100; // STATX_INO
    private const int StatxLength = 256;
    private const int UserIdOffset = 20;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const uint SameGroup = uint.MaxValue;

    /// <summary>O_NOFOLLOW of open(2): the one flag used here whose value differs between processors.</summary>
    public static int OpenNoFollow { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>The user whose rights this process has.</summary>
    public static uint CurrentUser => GetEffectiveUser();

    /// <summary>A file or folder, links followed; null where there is none, or on another system.</summary>
    public static (bool IsOrdinary, uint User)? Find(string path)
    {
        var status = new byte[StatxLength];
        return OperatingSystem.IsLinux() && Statx(CurrentFolder, path, 0, TypeModeAndUser, status) == 0
            ? ((MemoryMarshal.Read<ushort>(status.AsSpan(ModeAt)) & TypeMask) == Regular, MemoryMarshal.Read<uint>(status.AsSpan(UserIdOffset)))
            : null;
    }

    /// <summary>True if an open file still has a name: nobody removed it there, or put another in its place.</summary>
    public static bool IsAt(SafeFileHandle file, string path)
    {
        var (open, named) = (new byte[StatxLength], new byte[StatxLength]);
        return Statx((int)file.DangerousGetHandle(), "", EmptyPath, Inode, open) == 0 && Statx(CurrentFolder, path, 0, Inode, named) == 0
            && open.AsSpan(InodeAt, sizeof(ulong)).SequenceEqual(named.AsSpan(InodeAt, sizeof(ulong)));
    }

    /// <summary>Gives a file to another user, as root may.</summary>
    public static bool TryGive(string path, uint user) => Chown(path, user, SameGroup) == 0;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint user, uint group);
}
