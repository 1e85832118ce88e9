namespace Harness.Mqtt.Tests;

/// <summary>Tests of MQTT 5 section 4.7, its examples included.</summary>
public class TopicFilterTests
{
    [TestCase("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [TestCase("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [TestCase("sport/#", "sport", true)]
    [TestCase("sport/#", "sports", false)]
    [TestCase("#", "a/b", true)]
    [TestCase("sport/tennis/+", "sport/tennis/player1", true)]
    [TestCase("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [TestCase("sport/+", "sport", false)]
    [TestCase("sport/+", "sport/", true)]
    [TestCase("+/+", "/finance", true)]
    [TestCase("/+", "/finance", true)]
    [TestCase("+", "/finance", false)]
    [TestCase("+/b/#", "a/b", true)]
    [TestCase("a", "A", false)]
    [TestCase("a/b", "a/b/", false)]
    [TestCase("a//b", "a//b", true)]
    [TestCase("a/+/b", "a//b", true)]
    [TestCase("#", "$SYS/x", false)]
    [TestCase("+/x", "$SYS/x", false)]
    [TestCase("$SYS/#", "$SYS/x", true)]
    [TestCase("$SYS/+", "$SYS/x", true)]
    [TestCase("a/#", "a/$b", true)]
    public void Matching_follows_the_specification(string filter, string topic, bool matches)
        => Assert.That(TopicFilter.Matches(filter, topic), Is.EqualTo(matches));

    [Test]
    public void Valid_filters_are_taken([Values("#", "a/#", "+/a/+", "/")] string filter) => Assert.That(TopicFilter.IsValid(filter));

    [Test]
    public void Invalid_filters_are_refused([Values("", "a#", "a/#/b", "#/", "a+", "+a", "a/+b/c", "a\0")] string filter) =>
        Assert.That(TopicFilter.IsValid(filter), Is.False);
}
