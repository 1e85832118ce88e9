using System.Formats.Tar;
using System.IO.Compression;

namespace Harness.Cli.Commands.Publishing;

/// <summary>Writes a .tar.gz whose bytes depend on names, contents and executable bits alone: sorted, one time, one owner, two modes.</summary>
internal static class TarArchive
{
    private const UnixFileMode Plain = (UnixFileMode)0b110_100_100;
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>Packs a folder.</summary>
    /// <param name="folder">The folder; its name is the first part of every path in the archive.</param>
    /// <param name="archive">The file to write.</param>
    /// <param name="time">The time of every entry.</param>
    /// <returns>The archive's size in bytes.</returns>
    public static long Write(string folder, string archive, DateTimeOffset time)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        using (var file = File.Create(archive))
        using (var packed = new GZipStream(file, CompressionLevel.SmallestSize))
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar))
        {
            var paths = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(Path.GetFullPath(folder))
                .Select(path => (Full: path, Name: Path.GetRelativePath(parent, path).Replace('\\', '/')))
                .OrderBy(path => path.Name, StringComparer.Ordinal);
            foreach (var (full, name) in paths)
            {
                Write(tar, full, name, time);
            }
        }

        return new FileInfo(archive).Length;
    }

#pragma warning disable CA1416 // a release is made on Linux
    /// <summary>Tells whether a file is to be executable for everybody; no other part of its mode is kept.</summary>
    public static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;

    /// <summary>Gives a file or folder one of the two modes that a release has.</summary>
    public static void SetExecutable(string path, bool executable) => File.SetUnixFileMode(path, executable ? Executable : Plain);
#pragma warning restore CA1416

    private static void Write(TarWriter tar, string full, string name, DateTimeOffset time)
    {
        if (Directory.Exists(full))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, name + "/") { Mode = Executable, ModificationTime = time });
            return;
        }

        using var content = File.OpenRead(full);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = IsExecutable(full) ? Executable : Plain, ModificationTime = time, DataStream = content,
        });
    }
}
