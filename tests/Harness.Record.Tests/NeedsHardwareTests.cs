namespace Harness.Record.Tests;

/// <summary>Tests of the helper that every test project shares (tests/Shared).</summary>
public sealed class NeedsHardwareTests
{
    [Test]
    public void A_test_without_its_hardware_is_ignored_and_says_what_is_missing() => Assert.That(
        () => NeedsHardware.At("/dev/no-such-chip", "a GPIO character device"),
        Throws.TypeOf<IgnoreException>().With.Message.Contains("a GPIO character device at /dev/no-such-chip").And.Message.Contains("rig-setup.md"));

    [Test]
    public void A_test_with_its_hardware_goes_on() =>
        Assert.That(() => NeedsHardware.At("/dev/null", "a null device"), Throws.Nothing);
}
