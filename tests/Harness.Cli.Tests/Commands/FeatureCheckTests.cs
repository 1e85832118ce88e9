using Harness.Cli.Features;

namespace Harness.Cli.Tests.Commands;

/// <summary>The quick check of feature files, as a pre-commit hook calls it.</summary>
public sealed class FeatureCheckTests
{
    [Test]
    public void The_shipped_features_are_well()
    {
        var found = FeatureCheck.Run([ProductPaths.DefaultFeatures]);
        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.Files, Is.EqualTo(Directory.GetFiles(ProductPaths.DefaultFeatures, "*.feature", SearchOption.AllDirectories).Length));
        Assert.That(found.Scenarios, Is.GreaterThan(100));
    }

    [Test]
    public async Task One_bad_file_does_not_hide_the_next_and_no_rig_is_needed()
    {
        using var typed = new TypedCommand();
        typed.Write("a/broken.feature", "Feature: A\n  Scenario: x\n    Given a broker with enhanced authentication\n  Oops\n");
        typed.Write("a/unknown.feature", "Feature: B\n  Scenario: x\n    Given a broker with enhanced authentification\n");
        typed.Write("a/good.feature", "Feature: C\n  Scenario: x\n    Given a broker with enhanced authentication\n");
        var bad = await typed.RunAsync("steps", "--check", "a", "missing.feature");
        Assert.That((bad.ExitCode, bad.Stdout), Is.EqualTo((2, "")), bad.ToString());
        Assert.That(bad.Stderr, Does.Contain("broken.feature").And.Contain("unknown.feature:3: no such step").And.Contain("nearest")
            .And.Contain("a broker with enhanced authentication").And.Contain("missing.feature"));
        Assert.That(bad.Stderr, Does.Contain("3 problems in 4 feature files"));

        var good = await typed.RunAsync("steps", "--check", "a/good.feature");
        Assert.That((good.ExitCode, good.Stderr), Is.EqualTo((0, "")), good.ToString());
        Assert.That(good.Stdout, Does.StartWith("1 scenarios in 1 feature files"));

        Directory.CreateDirectory(typed["empty"]);
        Assert.That((await typed.RunAsync("steps", "--check", "empty")).ExitCode, Is.EqualTo(2));
    }
}
