using Harness.Hardware;

namespace Harness.Drivers.DotNetIot.Tests;

/// <summary>SerialPort's exceptions, as its source throws them, in the words of the other lines. Needs no package.</summary>
public sealed class SerialPortFailureTests
{
    private static UnauthorizedAccessException Denied(int errno) => new("Access to the port is denied.", new IOException("kernel's words", errno));

    private static readonly object[][] Cases =
    [
        [Denied(2), LinkFailure.Missing],
        [Denied(13), LinkFailure.PermissionDenied],
        [Denied(16), LinkFailure.Busy],
        [Denied(25), LinkFailure.Configuration],
        [new UnauthorizedAccessException("no inner cause"), LinkFailure.Missing],
        [new ArgumentException("termios refused"), LinkFailure.Configuration],
        [new IOException("gone while it was set up"), LinkFailure.Vanished],
    ];

    [TestCaseSource(nameof(Cases))]
    public void Each_failure_to_open_has_its_cause_and_its_remedy(Exception thrown, LinkFailure expected)
    {
        var failure = SerialPortLink.Failure("/dev/no such tty", 115200, thrown)!;
        Assert.That(failure.Failure, Is.EqualTo(expected));
        Assert.That(failure.Message, Does.StartWith("/dev/no such tty: "));
        Assert.That(failure.NextCommand, Is.Not.Empty);
    }

    [Test]
    public void A_defect_is_not_dressed_up_as_a_line_failure() =>
        Assert.That(SerialPortLink.Failure("/dev/ttyUSB0", 115200, new NotImplementedException()), Is.Null);

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
