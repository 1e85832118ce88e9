namespace Harness.Sessions.Pseudonyms;

/// <summary>The broker's file of used pseudonyms: one line for each that was burnt, <c>hex(C) next</c>, brought to the disk before its login goes on.</summary>
/// <remarks>
/// Opening it keeps one line a client and drops a last line that a loss of power cut. One broker at a time. The file tells names and how often each logged in, so it is
/// made with mode 600.
/// </remarks>
public sealed class PseudonymLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ulong> _next;
    private readonly FileStream _stream;

    private PseudonymLog(Dictionary<string, ulong> next, FileStream stream) => (_next, _stream) = (next, stream);

    /// <summary>Opens a file, which is made where there is none.</summary>
    /// <exception cref="AccountFileException">It cannot be written, another broker has it, or a line is none of its lines.</exception>
    public static PseudonymLog Open(string path)
    {
        try
        {
            // Held while the file is made anew, so that another broker's is not taken away.
            using var old = new FileStream(path, Options(FileMode.OpenOrCreate));
            var next = Read(old, path);
            var beside = path + ".new";
            using (var fresh = new FileStream(beside, Options(FileMode.Create)))
            {
                fresh.Write([.. next.OrderBy(n => n.Key, StringComparer.Ordinal).SelectMany(n => Line(n.Key, n.Value))]);
                fresh.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            var stream = new FileStream(path, Options(FileMode.Open));
            stream.Seek(0, SeekOrigin.End);
            return new PseudonymLog(next, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccountFileException(
                path, 0, 0, "the file of used pseudonyms cannot be kept", "a file that this broker alone writes", e.Message, null, $"ls -l {ShellWord.Quote(path)}", e);
        }
    }

    /// <summary>The lowest j of a client that was not burnt yet.</summary>
    public ulong NextOf(string client)
    {
        lock (_gate)
        {
            return _next.GetValueOrDefault(client);
        }
    }

    /// <summary>Keeps a client's next j; returns once it is on the disk.</summary>
    public void Store(string client, ulong next)
    {
        lock (_gate)
        {
            _next[client] = next;
            _stream.Write(Line(client, next));
            _stream.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static Dictionary<string, ulong> Read(FileStream stream, string path)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var lines = reader.ReadToEnd().Split('\n');
        var next = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length - 1; i++) // what stands behind the last line feed was cut
        {
            if (lines[i].Split(' ') is not [var name, var number] || name.Length % 2 != 0 || !name.All(char.IsAsciiHexDigitLower)
                || !ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                throw new AccountFileException(
                    path, i + 1, 1, "not a file of used pseudonyms", "hex digits of a name, a space and a number", $"{lines[i].Length} other characters", null,
                    $"sed -n {i + 1}p {ShellWord.Quote(path)}");
            }

            var client = Encoding.UTF8.GetString(Convert.FromHexString(name));
            next[client] = Math.Max(value, next.GetValueOrDefault(client));
        }

        return next;
    }

    private static byte[] Line(string client, ulong next) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(client))} {next}\n"));
}
