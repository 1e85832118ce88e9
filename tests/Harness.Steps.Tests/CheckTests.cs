using Harness.Record;

namespace Harness.Steps.Tests;

public sealed class CheckTests
{
    [Test]
    public void What_holds_is_silent()
    {
        Assert.That(() => Check.That(true, "i", "e", "s"), Throws.Nothing);
        Assert.That(() => Check.Equal("a", "a", "i"), Throws.Nothing);
        Assert.That(() => Check.Equal<string?>(null, null, "i"), Throws.Nothing);
    }

    [Test]
    public void What_does_not_hold_fails_with_item_expected_and_seen()
    {
        var failed = Assert.Throws<CheckFailedException>(() => Check.That(false, "login of board", "to succeed", "refused"));
        Assert.That((failed!.Verdict, failed.Item, failed.Expected, failed.Seen), Is.EqualTo((Verdict.Fail, "login of board", "to succeed", "refused")));
    }

    [TestCase(2, 3, "2", "3")]
    [TestCase("a", null, "a", "none")]
    [TestCase(null, "b", "none", "b")]
    public void Two_that_differ_are_both_named(object? expected, object? seen, string left, string right)
    {
        var failed = Assert.Throws<CheckFailedException>(() => Check.Equal(expected, seen, "exponentiations"));
        Assert.That((failed!.Item, failed.Expected, failed.Seen), Is.EqualTo(("exponentiations", left, right)));
    }

    [Test]
    public void A_long_value_is_cut()
    {
        var failed = Assert.Throws<CheckFailedException>(() => Check.Equal("", new string('x', 5000), "i"));
        Assert.That(failed!.Seen, Has.Length.LessThan(100).And.EndsWith("..."));
    }
}
