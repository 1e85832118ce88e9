using System.Text;

namespace Harness.Cli.Commands;

/// <summary>The file of <c>--password-file</c>.</summary>
internal static class PasswordFile
{
    /// <summary>Reads its first line.</summary>
    /// <param name="path">The file; nobody but its owner may read it.</param>
    /// <returns>The password as UTF-8; empty for an empty file.</returns>
    /// <exception cref="FormatException">There is no such file, or others may read it; the message never holds its text.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FormatException($"--password-file {path}: there is no such file");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
        {
            throw new FormatException($"--password-file {path}: others may read it; next: chmod 600 {path}");
        }

        return Encoding.UTF8.GetBytes(File.ReadLines(path).FirstOrDefault() ?? "");
    }
}
