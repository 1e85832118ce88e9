namespace Harness.Cli.Tests.Commands;

/// <summary>The check of feature files without a run, as a pre-commit hook calls it.</summary>
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

        // Without a rig, a word that nearly matches a device is reported; a name that only the user's own rig may have is not.
        typed.Write("a/device.feature", "Feature: D\n  Scenario: x\n    Given baord is enrolled at the broker\n    And board2 is enrolled at the broker\n");
        var misspelt = await typed.RunAsync("steps", "--check", "a/device.feature");
        Assert.That(misspelt.ExitCode, Is.EqualTo(2), misspelt.ToString());
        Assert.That(misspelt.Stderr, Does.Contain("device.feature:3: no device or role \"baord\"").And.Contain("nearest known: \"board\"").And.Contain("1 problems"));
        var here = await typed.RunAsync("steps", "--check", "a/device.feature", "--rig", Path.Combine(ProductPaths.Root, "rigs", "posix.yaml"));
        Assert.That(here.ExitCode, Is.EqualTo(2), here.ToString());
        Assert.That(here.Stderr, Does.Contain("\"baord\" in rig posix").And.Contain("\"board2\" in rig posix").And.Contain("2 problems"));

        Directory.CreateDirectory(typed["empty"]);
        Assert.That((await typed.RunAsync("steps", "--check", "empty")).ExitCode, Is.EqualTo(2));
    }
}
