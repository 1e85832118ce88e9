using System.Text;
using Harness.Adversary.Line;

namespace Harness.Adversary.Tests.Line;

/// <summary>Attacks on a serial line, line by line.</summary>
public sealed class LineAttackTests
{
    private static readonly LinePick SecondOpen = new(LineWay.ToBoard, "OPEN", 2);

    [Test]
    public void A_dropped_line_is_lost_and_no_other()
    {
        var attack = LineAttack.Drop(SecondOpen);
        Assert.That(Run(attack, "1 OPEN", "2 SEAL", "3 OPEN", "4 OPEN"), Is.EqualTo(new[] { "1 OPEN", "2 SEAL", "4 OPEN" }));
        Assert.That(attack.Triggered, Is.EqualTo(1));
    }

    [Test]
    public void The_other_way_is_left_alone()
    {
        var attack = LineAttack.Drop(new LinePick(LineWay.FromBoard));
        Assert.That(Run(attack, "1 OPEN"), Is.EqualTo(new[] { "1 OPEN" }));
        Assert.That(attack.Triggered, Is.Zero);
    }

    [Test]
    public void A_delayed_line_says_how_long()
    {
        var attack = LineAttack.Delay(SecondOpen, TimeSpan.FromSeconds(3));
        Run(attack, "1 OPEN");
        Assert.That(attack.OnLine(LineWay.ToBoard, Encoding.ASCII.GetBytes("2 OPEN")).Single().After, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void An_altered_line_counts_only_where_it_differs()
    {
        var same = LineAttack.Alter(SecondOpen, line => line);
        Assert.That(Run(same, "1 OPEN", "2 OPEN"), Is.EqualTo(new[] { "1 OPEN", "2 OPEN" }));
        Assert.That(same.Triggered, Is.Zero);
        var other = LineAttack.Alter(SecondOpen, line => [.. line, (byte)'!']);
        Assert.That(Run(other, "1 OPEN", "2 OPEN"), Is.EqualTo(new[] { "1 OPEN", "2 OPEN!" }));
        Assert.That(other.Triggered, Is.EqualTo(1));
    }

    [Test]
    public void An_injected_line_goes_either_way()
    {
        var attack = LineAttack.Inject(SecondOpen, LineWay.FromBoard, "9 OK"u8.ToArray());
        Run(attack, "1 OPEN");
        var actions = attack.OnLine(LineWay.ToBoard, Encoding.ASCII.GetBytes("2 OPEN"));
        Assert.That(actions.Select(a => (a.Way, Encoding.ASCII.GetString(a.Bytes.Span))), Is.EqualTo(new[]
        {
            (LineWay.ToBoard, "2 OPEN"), (LineWay.FromBoard, "9 OK"),
        }));
    }

    [Test]
    public void Two_lines_are_swapped()
    {
        var attack = LineAttack.Reorder(SecondOpen);
        Assert.That(Run(attack, "1 OPEN", "2 OPEN", "3 SEAL", "4 OPEN", "5 OPEN"), Is.EqualTo(new[] { "1 OPEN", "3 SEAL", "4 OPEN", "2 OPEN", "5 OPEN" }));
        Assert.That(attack.Triggered, Is.EqualTo(1));
    }

    [Test]
    public void A_recorded_line_comes_in_the_place_of_a_later_one()
    {
        var attack = LineAttack.Replay(SecondOpen, at: 3);
        Assert.That(Run(attack, "1 OPEN", "2 OPEN", "3 OPEN", "4 OPEN"), Is.EqualTo(new[] { "1 OPEN", "2 OPEN", "2 OPEN", "4 OPEN" }));
        Assert.That(attack.Triggered, Is.EqualTo(1));
        Assert.That(() => LineAttack.Replay(SecondOpen, at: 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string[] Run(LineAttack attack, params string[] lines) =>
        [.. lines.SelectMany(line => attack.OnLine(LineWay.ToBoard, Encoding.ASCII.GetBytes(line))).Select(a => Encoding.ASCII.GetString(a.Bytes.Span))];
}
