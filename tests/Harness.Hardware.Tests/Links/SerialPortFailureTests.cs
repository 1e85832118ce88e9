namespace Harness.Hardware.Tests.Links;

/// <summary>Converts SerialPort's exceptions, as its source throws them, to the failures of the other links.</summary>
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

    [TestCase(SerialParity.Even)]
    [TestCase(SerialParity.Odd)]
    public async Task A_parity_that_the_driver_drops_is_refused_rather_than_left_out(SerialParity parity)
    {
        await using var board = PseudoTerminal.Create(); // a pseudo-terminal has no parity bit
        var failure = Assert.Throws<LinkException>(() => SerialPortLink.Open(board.Path, new SerialLineSettings(Parity: parity)))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Configuration));
        Assert.That(failure.Message, Does.Contain($"does not offer parity {parity}".ToLowerInvariant()).And.Contain("stays at none"));
    }

    [TestCase(FlowControl.None)]
    [TestCase(FlowControl.RtsCts)]
    [TestCase(FlowControl.XonXoff)]
    public async Task The_flow_control_is_the_asked_one(FlowControl flow)
    {
        await using var board = PseudoTerminal.Create();
        await using var link = SerialPortLink.Open(board.Path, new SerialLineSettings(Flow: flow));
        Assert.That(board.ReadSettings().Flow, Is.EqualTo(flow));
        Assert.That(board.ReadSettings().OutputSpeed, Is.EqualTo(115200));
    }

    [Test]
    public void A_defect_is_not_reported_as_a_line_failure() =>
        Assert.That(SerialPortLink.Failure("/dev/ttyUSB0", 115200, new NotImplementedException()), Is.Null);
}
