namespace Harness.Cli.Tests.Commands.Testing;

/// <summary>The parts that a request selects.</summary>
public sealed class TestPartTests
{
    private static readonly string[] FirmwareParts = ["firmware-avr-test", "firmware-ct", "firmware-test"];

    [Test]
    public void Every_test_project_and_every_target_of_the_firmware_is_a_part()
    {
        var projects = Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, "tests"), "Harness.*.Tests").Select(Path.GetFileName);

        Assert.That(TestPart.Find(null, null).Select(part => part.Name), Is.EquivalentTo([.. projects, "Harness.Acceptance", .. FirmwareParts]));
    }

    [Test]
    public void The_longest_starts_first()
    {
        var weights = TestPart.Find(null, null).Select(part => part.Weight).ToList();

        Assert.That(weights, Is.Ordered.Descending);
        Assert.That(TestPart.Find(null, null)[0].Name, Is.EqualTo("Harness.Acceptance"));
    }

    [Test]
    public void Firmware_means_all_of_its_parts() =>
        Assert.That(TestPart.Find("firmware", null).Select(part => part.Name), Is.EquivalentTo(FirmwareParts));

    [Test]
    public void A_filter_leaves_the_firmware_out() =>
        Assert.That(TestPart.Find(null, "Present").Select(part => part.Name), Has.None.StartsWith("firmware"));

    [Test]
    public void An_unknown_name_selects_nothing() =>
        Assert.That(TestPart.Find("none", null), Is.Empty);
}
