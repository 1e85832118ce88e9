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

    [TestCase("#", true)]
    [TestCase("a/#", true)]
    [TestCase("+/a/+", true)]
    [TestCase("/", true)]
    [TestCase("", false)]
    [TestCase("a#", false)]
    [TestCase("a/#/b", false)]
    [TestCase("#/", false)]
    [TestCase("a+", false)]
    [TestCase("+a", false)]
    [TestCase("a/+b/c", false)]
    [TestCase("a\0", false)]
    public void Filters_are_checked(string filter, bool valid)
        => Assert.That(TopicFilter.IsValid(filter), Is.EqualTo(valid));
}
