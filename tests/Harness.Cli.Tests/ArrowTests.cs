using System.Xml.Linq;

namespace Harness.Cli.Tests;

/// <summary>The house as it was designed: arrows between rooms run down only.</summary>
public sealed class ArrowTests
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
        ["Steps"] = ["Bench", "Adversary"],
        ["Drivers.DotNetIot"] = ["Hardware"],
        ["Cli"] = ["Drivers.DotNetIot", "Record", "Crypto", "Mqtt", "Hardware", "Timing", "Schemes", "Sessions", "Brokers", "Bench", "Adversary", "Reporting", "Steps"],
    };

    private static IEnumerable<string> Rooms() =>
        Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, "src")).Select(folder => Path.GetFileName(folder)["Harness.".Length..]);

    [TestCaseSource(nameof(Rooms))]
    public void A_room_refers_only_to_the_rooms_below_it(string room)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", $"Harness.{room}", $"Harness.{room}.csproj"));
        var references = project.Descendants("ProjectReference")
            .Where(reference => !IsStub(reference))
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))["Harness.".Length..]);
        Assert.That(references, Is.SubsetOf(Allowed[room]));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Only_drivers_refer_to_signatures_and_only_where_the_packages_are_missing(string room)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", $"Harness.{room}", $"Harness.{room}.csproj"));
        var stubs = project.Descendants("ProjectReference").Where(IsStub).ToList();
        Assert.That(stubs, room.StartsWith("Drivers.", StringComparison.Ordinal) ? Is.Not.Empty : Is.Empty);
        Assert.That(stubs.Select(stub => (string?)stub.Parent!.Attribute("Condition")), Is.All.Matches("^'\\$\\(Have[A-Za-z]+\\)' != 'true'$"));
        Assert.That(stubs.Select(stub => ((string?)stub.Attribute("Private"), (string?)stub.Attribute("PrivateAssets"))), Is.All.EqualTo(("false", "all")), "they go no further");
    }

    [TestCase("DotNetIot", "HaveSerialPorts HaveDeviceGpio HaveIotBindings")]
    public void The_product_refers_to_drivers_only_with_one_of_their_packages(string driver, string properties)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", "Harness.Cli", "Harness.Cli.csproj"));
        var reference = project.Descendants("ProjectReference").Single(r => ((string)r.Attribute("Include")!).EndsWith($"Harness.Drivers.{driver}.csproj", StringComparison.Ordinal));
        Assert.That((string?)reference.Parent!.Attribute("Condition"), Is.EqualTo(string.Join(" Or ", properties.Split(' ').Select(p => $"'$({p})' == 'true'"))));
    }

    [Test]
    public void The_product_ships_no_signatures()
    {
        string[] packages = ["MQTTnet", "MQTTnet.Server", "System.IO.Ports", "System.Device.Gpio", "Iot.Device.Bindings", "UnitsNet", "BouncyCastle.Cryptography"];
        var shipped = packages.Select(name => Path.Combine(AppContext.BaseDirectory, name + ".dll")).Where(File.Exists);

        // Signatures are built here, so they bear the product's name; a package bears its own.
        Assert.That(shipped.Where(file => System.Diagnostics.FileVersionInfo.GetVersionInfo(file).ProductName == "Harness"), Is.Empty);
    }

    [Test]
    public void Every_room_of_the_design_stands()
    {
        Assert.That(Rooms(), Is.EquivalentTo(Allowed.Keys));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Every_room_has_a_test_project_of_its_name(string room)
    {
        Assert.That(Path.Combine(ProductPaths.Root, "tests", $"Harness.{room}.Tests", $"Harness.{room}.Tests.csproj"), Does.Exist);
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_room_uses_only_packages_that_the_design_gives_it(string room)
    {
        var project = XDocument.Load(Path.Combine(ProductPaths.Root, "src", $"Harness.{room}", $"Harness.{room}.csproj"));
        var packages = project.Descendants("PackageReference").Select(package => (string)package.Attribute("Include")!);
        string[] allowed = room switch
        {
            "Crypto" => ["Portable.BouncyCastle", "BouncyCastle.Cryptography"],
            "Mqtt" => ["MQTTnet"],
            "Brokers" => ["MQTTnet.Server"],
            "Sessions" or "Bench" => ["YamlDotNet"],
            "Cli" => ["System.CommandLine", "Spectre.Console"],
            "Drivers.DotNetIot" => ["System.IO.Ports", "System.Device.Gpio", "Iot.Device.Bindings"],
            _ => [],
        };
        Assert.That(packages, Is.SubsetOf(allowed));
    }

    private static bool IsStub(XElement reference) => ((string)reference.Attribute("Include")!).Replace('\\', '/').Contains("/tests/PackageStubs/", StringComparison.Ordinal);
}
