namespace Harness.Bench.Tests.Devices;

/// <summary>Flash and static RAM of schemes, as <c>make footprints</c> left them beside the images.</summary>
public sealed class FirmwareSizesTests
{
    private const string Whole = """
        {"board": "b", "build": "01234567", "image": {"flash": 9000, "ram": 900},
         "alone": {"mqtt-present": {"flash": 5000, "ram": 500}, "augmqtt": {"flash": 5700, "ram": 540}}}
        """;

    private string _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("harness sizes ").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_scheme_has_for_its_own_what_its_image_has_more_than_that_of_mqtt_present()
    {
        Write("b.sizes.json", Whole);
        var (sizes, unknown) = FirmwareSizes.Find("01234567", [Path.Combine(_folder, "none"), _folder]);
        Assert.That(unknown, Is.Null);
        Assert.That(sizes!.Image, Is.EqualTo(new ImageSize(9000, 900)));
        Assert.That(sizes.OwnOf(SchemeNames.AugMqtt), Is.EqualTo(new ImageSize(700, 40)));
        Assert.That((sizes.OwnOf(SchemeNames.MqttPresent), sizes.OwnOf(SchemeNames.Hardened)), Is.EqualTo(((ImageSize?)null, (ImageSize?)null)), "the common part, and a scheme that it lacks");
    }

    [Test]
    public void The_build_decides_not_the_name_of_the_file()
    {
        Write("a.sizes.json", Whole.Replace("01234567", "89abcdef", StringComparison.Ordinal).Replace("5700", "6700", StringComparison.Ordinal));
        Write("b.sizes.json", Whole);
        Assert.That(FirmwareSizes.Find("01234567", [_folder]).Sizes!.OwnOf(SchemeNames.AugMqtt)!.Flash, Is.EqualTo(700));
        Assert.That(FirmwareSizes.Find("89abcdef", [_folder]).Sizes!.OwnOf(SchemeNames.AugMqtt)!.Flash, Is.EqualTo(1700), "an object that grew by 1,000 bytes");
    }

    [Test]
    public void Maps_of_another_build_and_no_maps_leave_it_unknown_with_the_build()
    {
        Assert.That(FirmwareSizes.Find("01234567", [_folder]), Is.EqualTo(((FirmwareSizes?)null, "no linker's map of build 01234567 here")));
        Write("b.sizes.json", Whole);
        Assert.That(FirmwareSizes.Find("76543210", [_folder]), Is.EqualTo(((FirmwareSizes?)null, "no linker's map of build 76543210 here")));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": 9000, "ram": 900}, "alone": {}}""")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": 9000, "ram": 900}, "alone": {"mqtt-present": {"flash": 0, "ram": 500}}}""")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": -1, "ram": 900}, "alone": {"mqtt-present": {"flash": 5000, "ram": 500}}}""")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": 9e99, "ram": 900}, "alone": {"mqtt-present": {"flash": 5000, "ram": 500}}}""")]
    [TestCase("""{"board": "b", "build": null, "image": {"flash": 9000, "ram": 900}, "alone": {"mqtt-present": {"flash": 5000, "ram": 500}}}""")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": "9000", "ram": 900}, "alone": {"mqtt-present": {"flash": 5000, "ram": 500}}}""")]
    [TestCase("""{"board": "b", "build": "01234567", "image": {"flash": 9000, "ram": 900}, "alone": {"mqtt-present": 7}}""")]
    public void A_damaged_file_is_named_and_gives_no_number(string content)
    {
        Write("b.sizes.json", content);
        var (sizes, unknown) = FirmwareSizes.Find("01234567", [_folder]);
        Assert.That(sizes, Is.Null);
        Assert.That(unknown, Does.StartWith("b.sizes.json cannot be read: "));
    }

    [Test]
    public void A_damaged_file_beside_the_right_one_hides_nothing()
    {
        Write("a.sizes.json", "{");
        Write("b.sizes.json", Whole);
        Assert.That(FirmwareSizes.Find("01234567", [_folder]).Sizes, Is.Not.Null);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);
}
