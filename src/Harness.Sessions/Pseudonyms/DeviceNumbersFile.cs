namespace Harness.Sessions.Pseudonyms;

/// <summary>A device's numbers that never repeat, in a file: one line, <c>j epoch</c>, on the disk before either number is used.</summary>
/// <remarks>
/// Each store writes a file beside it and puts it in its place, so that a loss of power leaves the numbers before or those after. It is made with mode 600. One device at a
/// time: two processes with one file would use a number twice.
/// </remarks>
public sealed class DeviceNumbersFile : HardenedMemory
{
    private readonly string _path;

    private DeviceNumbersFile(string path) => _path = path;

    /// <summary>Opens the file of a device, which is made where there is none: then the numbers begin at 0, as after enrolment.</summary>
    /// <exception cref="AccountFileException">It cannot be read or written, or holds something else.</exception>
    public static DeviceNumbersFile Open(string path)
    {
        var file = new DeviceNumbersFile(path);
        try
        {
            var (attempt, epoch) = File.Exists(path) ? Read(path) : (0UL, 0U);
            file.Provision(attempt, epoch);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccountFileException(
                path, 0, 0, "the device's numbers cannot be kept", "a file that this device alone writes", e.Message, null, $"ls -l {ShellWord.Quote(path)}", e);
        }
    }

    /// <inheritdoc/>
    protected override void Store(ulong attempt, uint epoch)
    {
        var beside = _path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{attempt} {epoch}\n")));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, _path, overwrite: true);
    }

    private static (ulong Attempt, uint Epoch) Read(string path)
    {
        var text = File.ReadAllText(path);
        return text.EndsWith('\n') && text[..^1].Split(' ') is [var attempt, var epoch]
            && ulong.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var j) && uint.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var e)
            ? (j, e)
            // A lower number than the one used last would repeat a nonce: nothing is guessed here.
            : throw new AccountFileException(
                path, 1, 1, "not a file of a device's numbers", "two numbers, a space between them, and a line feed", $"{text.Length} other characters", null, $"cat {ShellWord.Quote(path)}");
    }
}
