using Harness.Adversary.Taps;

namespace Harness.Steps;

/// <summary>Steps of rules and ready attacks at the tap, as <c>./harness tap</c> takes them.</summary>
[Binding]
public sealed class TapRuleSteps(ScenarioScope scope, TapDriver tap)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RuleTimeout = TimeSpan.FromSeconds(2);

    [Given("^the tap has the rule \"(.+)\"$")]
    public void GivenARule(string rule) => tap.Add(Check.Read(() => TapRule.Parse(rule), "rule of the tap", rule));

    [Given("^the tap tries the attack \"(.+)\"$")]
    public void GivenAnAttack(string name) => tap.Try([Check.Read(() => TapAttacks.Create(name), "attack of the tap", name)]);

    [Then("^the rule \"(.+)\" was carried out$")]
    public async Task ThenTheRuleWasCarriedOut(string rule)
    {
        var named = Check.Read(() => TapRule.Parse(rule), "rule of the tap", rule).Text;
        var kept = tap.Rules.FirstOrDefault(r => r.Text == named);
        Check.Needs(kept is not null, "rule of the tap", $"\"{rule}\"", tap.Rules.Count == 0 ? "none" : string.Join("; ", tap.Rules.Select(r => r.Text)), $"Given the tap has the rule \"{rule}\"");

        // As with an attack: a rule that found nothing proves nothing.
        if (!await kept.WaitAsync(RuleTimeout, scope.Cancellation))
        {
            throw new InconclusiveException("rule of the tap", "to be carried out at least once", $"not once, of {kept.Seen} packets that it is about");
        }

        Check.Judged();
    }

    [Then("^the attack \"(.+)\" does not win$")]
    public async Task ThenTheAttackDoesNotWin(string name)
    {
        Check.Needs(tap.Attacking is not null, $"attack {name}", "one that the tap tries", "none", $"Given the tap tries the attack \"{name}\"");
        try
        {
            await tap.Attacking.Settled.WaitAsync(tap.Tap.Seen.Count == 0 ? TimeSpan.Zero : Patience, scope.Cancellation);
        }
        catch (TimeoutException)
        {
            // What was not carried out is inconclusive.
        }

        var found = tap.Attacking.Finish().FirstOrDefault(f => f.Attack == name);
        Check.Needs(found is not null, $"attack {name}", "one that the tap tries", "another", $"Given the tap tries the attack \"{name}\"");
        if (found.Verdict == Verdict.Inconclusive)
        {
            throw new InconclusiveException($"attack {name}", "to be carried out", found.Evidence);
        }

        Check.That(found.Verdict == Verdict.Pass, $"attack {name}", $"that {found.Question}", found.Evidence);
    }
}
