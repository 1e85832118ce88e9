namespace Harness.Hardware.Tests.Native;

[TestFixture]
public sealed class NodeNumberTests
{
    [TestCase("/dev/i2c-1", "/dev/i2c-", 1)]
    [TestCase("/dev/gpiochip12", "/dev/gpiochip", 12)]
    public void A_node_has_its_number(string node, string prefix, int number) => Assert.That(NodeNumber.Of(node, prefix), Is.EqualTo(number));

    [TestCase("/dev/i2c-one", "/dev/i2c-")]
    [TestCase("/dev/spidev0.0", "/dev/i2c-")]
    public void A_node_without_a_number_is_refused_with_what_to_list(string node, string prefix)
    {
        var failure = Assert.Throws<HardwareException>(() => NodeNumber.Of(node, prefix))!;
        Assert.That((failure.Failure, failure.NextCommand), Is.EqualTo((HardwareFailure.Configuration, $"ls -l {prefix}*")));
    }
}
