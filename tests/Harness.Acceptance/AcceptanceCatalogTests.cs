namespace Harness.Acceptance;

/// <summary>The tests are named and left out by the words of the command line.</summary>
public sealed class AcceptanceCatalogTests
{
    [Test]
    public void Ids_are_those_that_the_command_line_takes()
    {
        var typed = FeatureCatalog.LoadTyped(AcceptanceCatalog.Plans[0].Id);
        Assert.That(typed.Select(plan => plan.Id), Is.EqualTo(new[] { AcceptanceCatalog.Plans[0].Id }));
        Assert.That(AcceptanceCatalog.Plans.Select(plan => plan.Id), Is.Unique.And.All.Match(@"^features/[\w/-]+\.feature:\d+$"));
    }

    [Test]
    public void Tags_are_categories_so_that_long_ones_are_left_out_of_a_plain_run()
    {
        var scheduled = AcceptanceCatalog.Plans.First(plan => plan.Tags.Contains("@long"));
        Assert.That(AcceptanceCatalog.TestOf(scheduled).Properties[NUnit.Framework.Internal.PropertyNames.Category], Does.Contain("Long"), "as the filter of `./harness test` spells it");
    }
}
