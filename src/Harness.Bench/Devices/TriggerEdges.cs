using System.Globalization;
using System.Text;

namespace Harness.Bench;

/// <summary>One change of an emulated board's trigger pin.</summary>
/// <param name="Count">When: the emulator's own count since power-on, cycles on simavr, retired instructions on QEMU. Exact.</param>
/// <param name="High">Whether the pin went up.</param>
public readonly record struct BoardEdge(ulong Count, bool High);

/// <summary>The time a trigger pin was up.</summary>
/// <param name="Rise">Count of the rising edge.</param>
/// <param name="Fall">Count of the falling edge.</param>
public readonly record struct TriggerPulse(ulong Rise, ulong Fall)
{
    /// <summary>Its length, in the emulator's counts.</summary>
    public ulong Length => Fall - Rise;
}

/// <summary>
/// The edges of an emulated board's trigger pin, as its emulator writes them: one line an edge, count and level. The emulator writes an edge
/// before the board does anything else, so when a reply has been read, all edges before it can be taken.
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
    private BoardEdge? _up;
    private bool _unlinked;

    private TriggerEdges(FileStream file) => _file = file;

    /// <summary>Makes an empty file for an emulator to append to.</summary>
    internal static TriggerEdges Create() => new(new FileStream(
        System.IO.Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Where the emulator finds the file, until the first edge.</summary>
    internal string Path => _file.Name;

    // Its name goes with the first edge: before, the emulator may not have opened it yet (QEMU names its terminal before it loads plugins),
    // and after, nothing is left behind however either end ends.
    private void Unlink()
    {
        if (!_unlinked)
        {
            _unlinked = true;
            File.Delete(Path);
        }
    }

    /// <summary>The edges since the last call of this or <see cref="TakePulses"/>, in order.</summary>
    /// <exception cref="EmulatorException">The emulator wrote something that is no edge.</exception>
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

    /// <summary>The pulses that ended since the last call. A rise whose fall is still to come waits for the next call.</summary>
    /// <exception cref="EmulatorException">Two edges of one level follow each other: one was lost.</exception>
    public IReadOnlyList<TriggerPulse> TakePulses()
    {
        lock (_gate)
        {
            var pulses = new List<TriggerPulse>();
            foreach (var edge in Take())
            {
                if (edge.High == _up.HasValue)
                {
                    throw new EmulatorException("trigger", "rising and falling edges by turns", $"two {(edge.High ? "rising" : "falling")} ones, the last at {edge.Count.ToString(CultureInfo.InvariantCulture)}", "make -C rigs/firmware clean all");
                }

                if (_up is { } rise)
                {
                    pulses.Add(new TriggerPulse(rise.Count, edge.Count));
                }

                _up = edge.High ? edge : null;
            }

            return pulses;
        }
    }

    /// <summary>Closes and forgets the file.</summary>
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
