namespace Harness.Bench.Devices;

/// <summary>One level change of an emulated board's trigger pin.</summary>
/// <param name="Count">The emulator's exact count since power-on: cycles on simavr, retired instructions on QEMU.</param>
/// <param name="High">True for a rising edge.</param>
public readonly record struct BoardEdge(ulong Count, bool High);

/// <summary>
/// The edges of an emulated board's trigger pin, read from the file that the emulator writes: one line an edge, with count and level. The emulator
/// writes an edge before the board goes on, so once a reply has been read, all edges before it are in the file.
/// </summary>
/// <remarks>
/// A pulse is longer than the <c>t=</c> of its operation by a constant of the image: the instructions between the pin's store and the
/// counter's reading. Measure it once (an operation's pulse less its <c>t=</c>) and it holds for every other operation.
/// </remarks>
public sealed class TriggerEdges : IDisposable
{
    private readonly FileStream _file;
    private readonly StringBuilder _partial = new();
    private readonly Lock _gate = new();
    private bool _fileDeleted;

    private TriggerEdges(FileStream file) => _file = file;

    /// <summary>Makes an empty file for an emulator to append to.</summary>
    internal static TriggerEdges Create() => new(new FileStream(
        System.IO.Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Path of the file that the emulator appends to; unlinked at the first edge.</summary>
    internal string Path => _file.Name;

    // The file is unlinked at the first edge: before that the emulator may not have opened it yet (QEMU names its terminal before it loads plugins),
    // and afterwards nothing is left behind, however either process ends.
    private void Unlink()
    {
        if (!_fileDeleted)
        {
            _fileDeleted = true;
            File.Delete(Path);
        }
    }

    /// <summary>Takes the edges since the last call, in order.</summary>
    /// <exception cref="EmulatorException">The emulator wrote a line that is not an edge.</exception>
    public IReadOnlyList<BoardEdge> Take()
    {
        lock (_gate)
        {
            var edges = new List<BoardEdge>();
            Span<byte> buffer = stackalloc byte[4096];
            for (int count; (count = _file.Read(buffer)) > 0;)
            {
                Unlink();
                foreach (var c in buffer[..count])
                {
                    if (c != '\n')
                    {
                        _partial.Append((char)c);
                        continue;
                    }

                    edges.Add(Parse(_partial.ToString()));
                    _partial.Clear();
                }
            }

            return edges;
        }
    }

    /// <summary>Closes the file and removes it if it is still linked.</summary>
    public void Dispose()
    {
        Unlink();
        _file.Dispose();
    }

    private static BoardEdge Parse(string line)
    {
        var words = line.Split(' ');
        return words is [var count, "0" or "1"] && ulong.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new BoardEdge(at, words[1] == "1")
            : throw new EmulatorException("trigger", "\"COUNT LEVEL\" for each edge", $"\"{line}\"", "make -C rigs/firmware clean all");
    }
}
