using Harness.Adversary.Links;

namespace Harness.Adversary.Tests.Links;

/// <summary>Trials of schemes over bad links.</summary>
[CancelAfter(120_000)]
public sealed class LinkSurveyTests
{
    private static readonly LinkConditions Lossy = new() { Delay = TimeSpan.FromMilliseconds(5), Loss = 0.05, Seed = 2 };

    [Test]
    public async Task Every_scheme_logs_in_and_delivers_over_a_lossy_link(CancellationToken token)
    {
        var trials = await Task.WhenAll(SchemeNames.All.Select(async scheme => (Scheme: scheme, Trial: await LinkTrials.RunAsync(scheme, Lossy, 2, LinkSurvey.Limit, token))));
        Assert.Multiple(() =>
        {
            foreach (var (scheme, trial) in trials)
            {
                Assert.That(trial.Ended, Is.Null, scheme);
                Assert.That(trial.LoggedIn, Has.Count.EqualTo(trial.Logins).And.All.GreaterThan(4 * Lossy.Delay), scheme);
                Assert.That(trial.Delivered, Has.Count.EqualTo(trial.Sent), scheme);
            }
        });
        Assert.That(trials.Count(t => t.Trial.Sent > 0), Is.GreaterThanOrEqualTo(7), "schemes that carry messages");
    }

    [Test]
    public async Task A_login_that_takes_longer_than_its_limit_is_none(CancellationToken token)
    {
        var trial = await LinkTrials.RunAsync(SchemeNames.AugMqtt, new LinkConditions { Delay = TimeSpan.FromMilliseconds(300) }, 2, TimeSpan.FromSeconds(0.5), token);
        Assert.That((trial.LoggedIn.Count, trial.Delivered.Count), Is.EqualTo((0, 0)));
        Assert.That(trial.Ended, Is.Not.Null);
    }

    [Test]
    public async Task A_survey_has_a_row_for_each_scheme_and_link(CancellationToken token)
    {
        var figures = await LinkSurvey.RunAsync([SchemeNames.Password, SchemeNames.Jwt], [("5 ms", Lossy with { Loss = 0 })], 2, 1, null, token);
        Assert.That(
            figures.Select(f => (f.Scheme, f.Link, f.Logins, f.LoggedIn.Count, f.Sent, f.Delivered.Count)),
            Is.EqualTo(new[] { (SchemeNames.Password, "5 ms", 4, 4, 2, 2), (SchemeNames.Jwt, "5 ms", 2, 2, 0, 0) }));
    }
}
