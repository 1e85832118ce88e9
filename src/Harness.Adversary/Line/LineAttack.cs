using System.Text;

namespace Harness.Adversary.Line;

/// <summary>Which line an attack is about.</summary>
/// <param name="Way">Lines of this way count.</param>
/// <param name="Word">What a line must hold, for example <c>OPEN</c>; empty for any line.</param>
/// <param name="Nth">Which of them, from 1.</param>
public sealed record LinePick(LineWay Way, string Word = "", int Nth = 1);

/// <summary>An attack on one chosen line of a serial line; all others pass. Safe for both ways at once.</summary>
public sealed class LineAttack : ILineAdversary
{
    private readonly Lock _gate = new();
    private readonly LinePick _pick;
    private readonly byte[] _word;
    private readonly Func<LineAttack, byte[], int, IReadOnlyList<LineAction>?> _onMatch;
    private byte[]? _kept;
    private int _seen;
    private int _triggered;

    private LineAttack(LinePick pick, Func<LineAttack, byte[], int, IReadOnlyList<LineAction>?> onMatch)
    {
        ArgumentNullException.ThrowIfNull(pick);
        ArgumentOutOfRangeException.ThrowIfLessThan(pick.Nth, 1);
        (_pick, _word, _onMatch) = (pick, Encoding.ASCII.GetBytes(pick.Word), onMatch);
    }

    /// <summary>How often the attack really took place; a scenario that finds 0 here has proven nothing.</summary>
    public int Triggered => Volatile.Read(ref _triggered);

    /// <summary>Loses the line.</summary>
    public static LineAttack Drop(LinePick pick) => Once(pick, _ => []);

    /// <summary>Holds the line for some time.</summary>
    public static LineAttack Delay(LinePick pick, TimeSpan time) => Once(pick, line => [new LineAction(pick.Way, line, time)]);

    /// <summary>Changes the line.</summary>
    /// <param name="pick">Which line.</param>
    /// <param name="alter">The new bytes from the old ones, the line end among them. A checksum is the adversary's to mend: it is no secret.</param>
    public static LineAttack Alter(LinePick pick, Func<byte[], byte[]> alter) => Once(pick, line =>
    {
        var changed = alter((byte[])line.Clone());
        return changed.AsSpan().SequenceEqual(line) ? null : [new LineAction(pick.Way, changed)];
    });

    /// <summary>Puts bytes of its own behind the line.</summary>
    /// <param name="pick">Behind which line.</param>
    /// <param name="to">Where they go: to the board as an order nobody gave, or to the harness as a reply the board never sent.</param>
    /// <param name="bytes">Any bytes.</param>
    public static LineAttack Inject(LinePick pick, LineWay to, ReadOnlyMemory<byte> bytes)
    {
        var copy = bytes.ToArray();
        return Once(pick, line => [new LineAction(pick.Way, line), new LineAction(to, copy)]);
    }

    /// <summary>Swaps the line with the next one that holds the word.</summary>
    public static LineAttack Reorder(LinePick pick) => new(pick, (self, line, number) =>
    {
        if (number == pick.Nth)
        {
            self._kept = line;
            return [];
        }

        return number == pick.Nth + 1 ? self.Hit([new LineAction(pick.Way, line), new LineAction(pick.Way, self._kept!)]) : null;
    });

    /// <summary>Records the line and puts it in the place of a later one.</summary>
    /// <param name="pick">Which line is recorded.</param>
    /// <param name="at">Which later one it replaces, counted alike.</param>
    public static LineAttack Replay(LinePick pick, int at)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(at, pick.Nth);
        return new(pick, (self, line, number) =>
        {
            self._kept = number == pick.Nth ? line : self._kept;
            return number == at ? self.Hit([new LineAction(pick.Way, self._kept!)]) : null;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<LineAction> OnLine(LineWay way, ReadOnlyMemory<byte> line)
    {
        if (way != _pick.Way || line.Span.IndexOf(_word) < 0)
        {
            return [new LineAction(way, line)];
        }

        lock (_gate)
        {
            return _onMatch(this, line.ToArray(), ++_seen) ?? [new LineAction(way, line)];
        }
    }

    private static LineAttack Once(LinePick pick, Func<byte[], IReadOnlyList<LineAction>?> attack) =>
        new(pick, (self, line, number) => number == pick.Nth && attack(line) is { } actions ? self.Hit(actions) : null);

    private IReadOnlyList<LineAction> Hit(IReadOnlyList<LineAction> actions)
    {
        _triggered++;
        return actions;
    }
}
