namespace Harness.Bench.Devices;

/// <summary>The stack of an emulated board as its emulator tells it, for images that cannot: a line "DEEPEST RESERVED" in a file whenever it is asked.</summary>
internal sealed class EmulatedStack : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);
    private readonly FileStream _file;

    private EmulatedStack(FileStream file) => _file = file;

    /// <summary>Path of the file that the emulator appends to.</summary>
    public string Path => _file.Name;

    /// <summary>Makes an empty file for an emulator.</summary>
    public static EmulatedStack Create() => new(new FileStream(System.IO.Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Removes the file's name: the emulator has opened it, and nothing is left behind however either ends.</summary>
    public void Unlink() => File.Delete(Path);

    /// <summary>Asks the emulator and reads its answer.</summary>
    /// <param name="device">The board.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EmulatorException">No answer, or another one.</exception>
    public async Task<StackDepth> ReadAsync(string device, Action ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Within);
        var (line, buffer) = (new StringBuilder(), new byte[64]);
        ask();
        try
        {
            while (line.Length == 0 || line[^1] != '\n')
            {
                var count = await _file.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
                line.Append(Encoding.ASCII.GetString(buffer, 0, count));
                await (count == 0 ? Task.Delay(LookEvery, limit.Token) : Task.CompletedTask).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EmulatorException(device, "the emulator to tell the stack", "no answer", "make -C rigs/firmware clean all", e);
        }

        return line.ToString().Split(' ', '\n') is [var deepest, var reserved, ""] && long.TryParse(deepest, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && long.TryParse(reserved, NumberStyles.None, CultureInfo.InvariantCulture, out var room)
            ? new StackDepth(bytes, room)
            : throw new EmulatorException(device, "\"DEEPEST RESERVED\" from the emulator", $"\"{line}\"", "make -C rigs/firmware clean all");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unlink();
        _file.Dispose();
    }
}
