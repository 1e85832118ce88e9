using Harness.Crypto.Tls;

namespace Harness.Cli.Commands.Clients;

/// <summary>The file that keeps an authority for later runs, so that a device needs its certificate once.</summary>
internal static class AuthorityFile
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the authority, or makes one and keeps it where there is no such file.</summary>
    /// <param name="file">The file; null makes an authority that nobody keeps.</param>
    /// <exception cref="FormatException">It cannot be read or made, others may read it, or it holds something else.</exception>
    public static TlsAuthority Open(string? file)
    {
        if (file is null)
        {
            return new TlsAuthority();
        }

        try
        {
            if (!File.Exists(file))
            {
                var made = new TlsAuthority();
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = OwnerAlone;
                }

                using var output = new StreamWriter(new FileStream(file, options));
                output.Write(made.ExportPem());
                return made;
            }

            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerAlone) != 0
                ? throw new FormatException($"--authority {file}: others may read it; next: chmod 600 {ShellWord.Quote(file)}")
                : TlsAuthority.Import(File.ReadAllText(file));
        }
        catch (FormatException e) when (!e.Message.StartsWith("--authority", StringComparison.Ordinal))
        {
            throw new FormatException($"--authority {file}: {e.Message}; next: name a file that does not exist, and an authority is made there", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--authority {file}: {e.Message}; next: ls -ld {ShellWord.Quote(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/")}", e);
        }
    }
}
