namespace Harness.Bench.Rig;

/// <summary>A file whose first line is a secret.</summary>
public static class SecretFile
{
    /// <summary>Reads the first line.</summary>
    /// <returns>Its bytes, without the line's end.</returns>
    /// <exception cref="FormatException">There is no such file, others may read it, or the line is empty. The message says the next step, never the secret.</exception>
    public static byte[] ReadLine(string path)
    {
        string? line;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            {
                throw new FormatException($"{path}: others may read it, or it may be executed; next: chmod 600 {ShellWord.Quote(path)}");
            }

            line = File.ReadLines(path).FirstOrDefault();
        }
        catch (FileNotFoundException)
        {
            throw new FormatException($"{path}: there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path}: cannot be read: {e.Message}; next: ls -l {ShellWord.Quote(path)}", e);
        }

        return string.IsNullOrEmpty(line) ? throw new FormatException($"{path}: its first line is empty; next: put the password there") : Encoding.UTF8.GetBytes(line);
    }
}
