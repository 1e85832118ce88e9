namespace Harness.Steps.Tests;

[NonParallelizable]
public sealed class CheckTests
{
    [Test]
    public void A_check_that_holds_does_not_throw()
    {
        Assert.That(() => Check.That(true, "i", "e", "s"), Throws.Nothing);
        Assert.That(() => Check.Equal("a", "a", "i"), Throws.Nothing);
    }

    [Test]
    public void Nothing_is_not_equal_to_nothing()
    {
        var thrown = Assert.Throws<UnjudgeableException>(() => Check.Equal<string?>(null, null, "session key of board"));
        Assert.That((thrown!.Verdict, thrown.Item), Is.EqualTo((Verdict.Unjudgeable, "session key of board")));
    }

    [Test]
    public void A_step_without_its_precondition_is_unjudgeable_and_names_the_sentence_to_add()
    {
        Assert.That(() => Check.Needs(true, "i", "e", "s", "When host logs in"), Throws.Nothing);
        var thrown = Assert.Throws<UnjudgeableException>(() => Check.Needs(false, "login", "one", "none", "When host logs in"));
        Assert.That((thrown!.Item, thrown.Expected, thrown.Seen, thrown.Add), Is.EqualTo(("login", "one", "none", "When host logs in")));
    }

    [TestCase(typeof(ArgumentException))]
    [TestCase(typeof(FormatException))]
    [TestCase(typeof(OverflowException))]
    [TestCase(typeof(KeyNotFoundException))]
    public void Meaningless_words_in_a_step_are_named(Type error)
    {
        var thrown = Assert.Throws<UnjudgeableException>(() => Check.Read<int>(() => throw (Exception)Activator.CreateInstance(error, "no such group")!, "group of host", "p257"));
        Assert.That((thrown!.Item, thrown.Seen), Is.EqualTo(("group of host", "\"p257\": no such group")));
    }

    [Test]
    public async Task A_judgement_is_counted_for_the_scenario_under_way_and_a_need_is_none()
    {
        await using var run = new TestRun();
        using var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(1));
        Check.Needs(true, "i", "e", "s");
        Assert.That(scope.Judgements, Is.Zero);
        Check.Equal(1, 1, "i");
        Assert.That(() => Check.That(false, "i", "e", "s"), Throws.TypeOf<CheckFailedException>());
        Check.Judged();
        Assert.That(scope.Judgements, Is.EqualTo(3));
        scope.End();
    }

    [Test]
    public async Task Scenarios_beside_each_other_count_their_own_judgements()
    {
        await using var one = new TestRun();
        await using var other = new TestRun();
        using var ready = new CountdownEvent(2);
        (TestRun Run, int Times)[] runs = [(one, 1), (other, 5)];
        var counts = await Task.WhenAll(runs.Select(r => Task.Run(() =>
        {
            using var scope = r.Run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(1));
            ready.Signal();
            ready.Wait(TimeSpan.FromSeconds(30));
            for (var i = 0; i < r.Times; i++)
            {
                Check.Judged();
            }

            scope.End();
            return scope.Judgements;
        })));
        Assert.That(counts, Is.EqualTo(new[] { 1, 5 }));
    }

    [Test]
    public void A_failed_check_names_item_expected_and_seen()
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
