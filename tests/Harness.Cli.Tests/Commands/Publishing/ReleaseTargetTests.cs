namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>The systems that a release is made for, and the ones that are refused.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReleaseTargetTests
{
    [TestCase("linux-arm64", "arm64", 183)]
    [TestCase("linux-x64", "amd64", 62)]
    public void A_64_bit_Linux_is_known_to_dotnet_and_Debian(string rid, string architecture, int machine)
    {
        var target = ReleaseTarget.Find(rid);
        Assert.That((target.DebianArchitecture, target.ElfMachine), Is.EqualTo((architecture, machine)));
    }

    [TestCase("linux-arm")]
    [TestCase("linux-armhf")]
    [TestCase("armv7l")]
    public async Task A_32_bit_Pi_is_refused_with_the_reason_and_what_runs_instead(string rid)
    {
        var ended = await HarnessProcess.RunAsync(Path.GetTempPath(), "publish", "--rid", rid);
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("32-bit ARM is not supported").And.Contain("no runtime pack").And.Contain("NU1101").And.Contain("next: ./harness publish --rid linux-arm64"));
    }

    [TestCase("linux-amd64", "linux-arm64")]
    [TestCase("linux-x86", "linux-x64")]
    [TestCase("linux-aarch64", "linux-arm64")]
    [TestCase("win-x64", "linux-x64")]
    public void An_unknown_system_is_refused_with_the_nearest(string rid, string nearest) =>
        Assert.That(
            () => ReleaseTarget.Find(rid),
            Throws.TypeOf<PublishException>().With.Message.Contains($"no release for '{rid}'; nearest known: \"{nearest}\"").And.Message.EndsWith($"next: ./harness publish --rid {nearest}"));

    [Test]
    public async Task A_release_for_nothing_is_a_usage_error()
    {
        var ended = await HarnessProcess.RunAsync(Path.GetTempPath(), "publish");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("--rid").And.Contain("next: ./harness publish --help"));
    }

    [Test]
    public async Task Without_dpkg_deb_nothing_is_begun_and_the_way_around_is_named()
    {
        using var typed = new TypedCommand();
        var dotnet = Path.GetDirectoryName(Environment.ProcessPath)!;
        var ended = await HarnessProcess.RunProgramAsync(
            typed.Folder, "", "env", $"PATH={dotnet}", Path.Combine(dotnet, "dotnet"), HarnessProcess.Program, "publish", "--rid", "linux-x64", "--out", "r");
        Needs.That(!File.Exists(Path.Combine(dotnet, "dpkg-deb")), "a dotnet that lies apart from dpkg-deb", "install the SDK to a folder of its own");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("dpkg-deb, which makes the .deb, is not installed").And.Contain("next: ./harness publish --no-deb"));
        Assert.That(Directory.Exists(typed["r"]), Is.False);
    }

    [Test]
    public void A_package_that_does_not_restore_is_named_with_its_version()
    {
        const string output = """
            /x/Harness.Cli.csproj : error NU1102: Unable to find package YamlDotNet with version (>= 18.1.0)
            /x/Harness.Cli.csproj : error NU1102:   - Found 1 version(s) in own [ Nearest version: 99.0.0 ]
            /x/Harness.Cli.csproj : error NU1101: Unable to find package Microsoft.NETCore.App.Runtime.linux-arm64. No packages exist with this id in source(s): own
            """;
        Assert.That(
            ProgramBuild.Explain(output, "/log", "dotnet publish").Message,
            Is.EqualTo("no package source has Microsoft.NETCore.App.Runtime.linux-arm64, YamlDotNet (>= 18.1.0); next: dotnet nuget list source"));
        Assert.That(ProgramBuild.Explain("error NU1301: Unable to load the service index\n", "/log", "dotnet publish").Message, Does.StartWith("a package source gave no answer"));
        Assert.That(
            ProgramBuild.Explain("A.cs(1,1): error CS1002: ; expected\n", "/log", "dotnet publish x").Message,
            Does.Contain("does not build: A.cs(1,1): error CS1002").And.EndsWith("next: dotnet publish x"));
    }
}
