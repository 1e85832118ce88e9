namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>The notices of a release, from packages as NuGet unpacks them.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ThirdPartyNoticesTests : IDisposable
{
    private const string Own = "MIT License\n\nCopyright (c) 2026 Us\n\nPermission is hereby granted, free of charge.\n";

    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Test]
    public void An_expression_a_file_and_an_address_are_licences()
    {
        Package("by.expression", """<license type="expression">MIT</license><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl><copyright>(c) A</copyright>""");
        Package("by.file", """<license type="file">L.txt</license><authors>B</authors>""");
        _work.Write("packages/by.file/1.0.0/L.txt", "\uFEFFDo what you like.\r\n");
        Package("by.address", """<licenseUrl>https://example.org/licence</licenseUrl><authors>C</authors>""");
        var text = ThirdPartyNotices.Render(Read("By.Expression/1.0.0", "By.File/1.0.0", "By.Address/1.0.0"), [], Own);
        Assert.That(text, Does.Match(@"By\.Expression 1\.0\.0 +MIT\n").And.Match(@"By\.File 1\.0\.0 +see L\.txt below\n").And.Match(@"By\.Address 1\.0\.0 +https://example\.org/licence\n"));
        Assert.That(text, Does.Contain("(c) A\n").And.Contain("--- L.txt\nDo what you like.\n"));
        Assert.That(text, Does.Contain("--- terms\nPermission is hereby granted, free of charge.\n"), "MIT's terms are part of it");
        Assert.That(text, Does.Not.Contain("Us\n").And.Not.Contain("\r"));
    }

    [Test]
    public void Notices_of_a_package_are_kept_and_equal_texts_are_printed_once()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Package(name, """<license type="expression">MIT</license>""");
            _work.Write($"packages/{name}/1.0.0/THIRD-PARTY-NOTICES.TXT", "Parts are of others.");
            _work.Write($"packages/{name}/1.0.0/README.md", "not a notice");
        }

        var text = ThirdPartyNotices.Render(Read("a/1.0.0", "b/1.0.0"), [], Own);
        Assert.That(text.Split("Parts are of others."), Has.Length.EqualTo(2), text);
        Assert.That(text, Does.Contain("--- THIRD-PARTY-NOTICES.TXT\nthe same text as of a above\n").And.Not.Contain("not a notice"));
    }

    [Test]
    public void The_runtime_is_a_package_and_a_project_is_none()
    {
        Package("microsoft.netcore.app.runtime.linux-x64", """<license type="expression">MIT</license>""", "10.0.12");
        Assert.That(
            Read("runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.12").Select(package => (package.Name, package.Version)),
            Is.EqualTo(new[] { ("Microsoft.NETCore.App.Runtime.linux-x64", "10.0.12") }));
    }

    [Test]
    public void A_package_without_a_licence_ends_the_release_and_is_named()
    {
        Package("bare", "<authors>D</authors>");
        Assert.That(() => Read("Bare/1.0.0"), Throws.TypeOf<PublishException>().With.Message.Contains("package Bare 1.0.0 has no licence"));
    }

    [Test]
    public void A_licence_file_that_is_not_there_ends_the_release()
    {
        Package("liar", """<license type="file">LICENSE</license>""");
        Assert.That(() => Read("Liar/1.0.0"), Throws.TypeOf<PublishException>().With.Message.Contains("names LICENSE as its licence and does not contain it"));
    }

    [Test]
    public void A_package_that_is_not_unpacked_ends_the_release()
    {
        Directory.CreateDirectory(_work["packages"]);
        Assert.That(() => Read("Gone/1.0.0"), Throws.TypeOf<PublishException>().With.Message.Contains("package Gone 1.0.0 is part of the release and not unpacked"));
    }

    [Test]
    public void The_C_libraries_in_the_firmware_are_named_and_one_without_a_licence_ends_the_release()
    {
        foreach (var name in ThirdPartyNotices.FirmwarePackages)
        {
            _work.Write($"doc/{name}/copyright", $"terms of {name}");
        }

        var firmware = ThirdPartyNotices.Firmware(["avr-libc 1:2.0.0"], _work["doc"]);
        Assert.That(firmware.Single(package => package.Name == "avr-libc").Version, Is.EqualTo("1:2.0.0"));
        Assert.That(ThirdPartyNotices.Render([], firmware, Own), Does.Contain("terms of libnewlib-arm-none-eabi"));
        File.Delete(_work["doc/avr-libc/copyright"]);
        Assert.That(() => ThirdPartyNotices.Firmware([], _work["doc"]), Throws.TypeOf<PublishException>().With.Message.Contains("avr-libc is part of the firmware images"));
    }

    [Test]
    public void Every_package_of_this_build_has_a_licence()
    {
        var restored = Path.Combine(ProductPaths.Root, "src", "Harness.Cli", "obj", "project.assets.json");
        var packages = ThirdPartyNotices.Packages(Path.Combine(AppContext.BaseDirectory, "harness.deps.json"), restored);
        Assert.That(packages.Select(package => package.Name), Is.SupersetOf(new[] { "MQTTnet", "BouncyCastle.Cryptography", "System.IO.Ports", "SpecFlow", "UnitsNet" }));
        Assert.That(packages.Where(package => package.Licence.Length == 0 || package.Version.Length == 0), Is.Empty);
    }

    private void Package(string name, string metadata, string version = "1.0.0") => _work.Write(
        $"packages/{name}/{version}/{name}.nuspec",
        $"""<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{name}</id><version>{version}</version>{metadata}</metadata></package>""");

    private IReadOnlyList<PackageLicence> Read(params string[] libraries)
    {
        var deps = _work.Write("harness.deps.json", JsonSerializer.Serialize(new
        {
            libraries = libraries.Append("Harness.Cli/0.1.0").ToDictionary(
                name => name,
                name => new { type = name.StartsWith("Harness", StringComparison.Ordinal) ? "project" : name.StartsWith("runtimepack", StringComparison.Ordinal) ? "runtimepack" : "package" }),
        }));
        var restored = _work.Write("project.assets.json", JsonSerializer.Serialize(new { packageFolders = new Dictionary<string, object> { [_work["packages"] + "/"] = new { } } }));
        return ThirdPartyNotices.Packages(deps, restored);
    }
}
