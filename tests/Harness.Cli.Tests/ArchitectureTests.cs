namespace Harness.Cli.Tests;

/// <summary>Checks the dependencies between projects: references go only to lower layers.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Record"] = [],
        ["Crypto"] = [],
        ["Mqtt"] = [],
        ["Hardware"] = [],
        ["Timing"] = ["Record"],
        ["Schemes"] = ["Crypto"],
        ["Sessions"] = ["Schemes", "Mqtt", "Record"],
        ["Brokers"] = ["Sessions"],
        ["Bench"] = ["Sessions", "Hardware", "Timing"],
        ["Adversary"] = ["Sessions"],
        ["Reporting"] = ["Record"],
        ["Lab"] = ["Record"],
        ["Steps"] = ["Bench", "Adversary"],
        ["Cli"] = ["Record", "Crypto", "Mqtt", "Hardware", "Timing", "Schemes", "Sessions", "Brokers", "Bench", "Adversary", "Reporting", "Lab", "Steps"],
    };

    private static IEnumerable<string> Rooms() =>
        Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, "src")).Select(folder => Path.GetFileName(folder)["Harness.".Length..]);

    [TestCaseSource(nameof(Rooms))]
    public void A_project_refers_only_to_the_projects_below_it(string room)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", $"Harness.{room}", $"Harness.{room}.csproj"));
        var references = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))["Harness.".Length..]);
        Assert.That(references, Is.SubsetOf(Allowed[room]));
    }

    private static IEnumerable<string> BuildFiles() =>
        Directory.EnumerateFiles(ProductPaths.Root, "Directory.*.props")
            .Concat(new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ProductPaths.Root, folder), "*.csproj", SearchOption.AllDirectories)))
            .Select(file => Path.GetRelativePath(ProductPaths.Root, file));

    [TestCaseSource(nameof(BuildFiles))]
    public void No_package_is_optional_and_no_warning_of_restore_is_suppressed(string file)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, file));
        var references = project.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "PackageVersion" or "ProjectReference");
        Assert.Multiple(() =>
        {
            Assert.That(references.Where(e => e.AncestorsAndSelf().Any(a => a.Attribute("Condition") is not null)), Is.Empty);
            Assert.That(references.Attributes("Version").Select(version => version.Value), Has.All.Match(@"^\d+(\.\d+){2,3}$"), "exact");
            Assert.That(project.Descendants().Where(e => e.Name.LocalName is "NoWarn" or "WarningsNotAsErrors").Select(e => e.Value), Has.None.Match(@"NU\d"));
        });
    }

    [Test]
    public void Every_project_of_the_architecture_exists()
    {
        Assert.That(Rooms(), Is.EquivalentTo(Allowed.Keys));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Every_project_has_a_test_project_of_its_name(string room)
    {
        Assert.That(Path.Combine(ProductPaths.Root, "tests", $"Harness.{room}.Tests", $"Harness.{room}.Tests.csproj"), Does.Exist);
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_project_uses_only_its_allowed_packages(string room)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", $"Harness.{room}", $"Harness.{room}.csproj"));
        var packages = project.Descendants("PackageReference").Select(package => (string)package.Attribute("Include")!);
        string[] allowed = room switch
        {
            "Crypto" => ["BouncyCastle.Cryptography"],
            "Mqtt" => ["MQTTnet"],
            "Brokers" => ["MQTTnet.Server", "HdrHistogram"],
            "Sessions" or "Bench" => ["YamlDotNet"],
            "Steps" => ["SpecFlow"],
            "Cli" => ["System.CommandLine", "Spectre.Console", "SpecFlow"],
            "Reporting" => ["Cucumber.Messages", "OpenTelemetry.Exporter.OpenTelemetryProtocol"],
            "Lab" => ["Microsoft.Data.Sqlite", "Npgsql"],
            "Hardware" => ["System.IO.Ports", "System.Device.Gpio", "Iot.Device.Bindings"],
            _ => [],
        };
        Assert.That(packages, Is.SubsetOf(allowed));
    }

    private static IEnumerable<string> Projects() => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ProductPaths.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(project => Path.GetRelativePath(ProductPaths.Root, Path.GetDirectoryName(project)!));

    [TestCaseSource(nameof(Projects))]
    public void A_namespace_is_its_folder(string project)
    {
        var parent = Path.GetDirectoryName(Path.Combine(ProductPaths.Root, project))!;
        var others = Directory.EnumerateFiles(Path.Combine(ProductPaths.Root, project), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(parent, file), Namespace: File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))))
            .Where(file => file.Namespace is not null && !file.Path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"))
            .Where(file => file.Namespace!["namespace ".Length..].TrimEnd(';', ' ') != Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '.'))
            .Select(file => $"{file.Path}: {file.Namespace}");
        Assert.That(others, Is.Empty);
    }
}
