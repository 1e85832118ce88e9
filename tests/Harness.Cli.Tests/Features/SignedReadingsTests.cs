namespace Harness.Cli.Tests.Features;

/// <summary>Schemes under which no reading can be signed by the steps for it, and forgeries that are none: the author is told what there is.</summary>
[NonParallelizable]
public sealed class SignedReadingsTests
{
    [TestCase("esfahani-2019", "a login alone: nothing is sealed under it")]
    [TestCase("niruntasukrat-2016", "a login alone: nothing is sealed under it")]
    [TestCase("jwt", "a login alone: nothing is sealed under it")]
    [TestCase("mqtt-presnt", "mqtt-present")]
    public void A_scheme_that_seals_nothing_is_refused_with_those_that_do(string scheme, string words)
    {
        var judged = Run($"""Given host signs its readings on "lab/climate" under {scheme} for a listener""");
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Unjudgeable), judged.ToString());
        Assert.That(judged.ToString(), Does.Contain(words).And.Contain("mqtt-present, augmqtt, mqtt-auth"));
    }

    [TestCase("mqtt-present", "a poem", "the last reading again")]
    [TestCase("mqtt-present", "the last reading again", "one that was published before")]
    [TestCase("hardened", "a reading without a signature", "one that signs by itself")]
    public void A_forgery_that_cannot_be_made_is_the_author_s_slip(string scheme, string forgery, string words)
    {
        var judged = Run(
            $"""Given host signs its readings on "lab/climate" under {scheme} for a listener""", $"When somebody with every key of host but its own publishes {forgery}");
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Unjudgeable), judged.ToString());
        Assert.That(judged.ToString(), Does.Contain(words));
    }

    private static Judged Run(params string[] steps) =>
        InProcessRun.Run($"Feature: signed\n  Scenario: s\n{string.Concat(steps.Select(step => $"    {step}\n"))}").Single();
}
