using System.Net.Sockets;

namespace Harness.Hardware.Tests.Links;

[TestFixture]
[CancelAfter(10_000)]
public sealed class UnixSocketLinkTests
{
    private string _path = "";

    [SetUp]
    public void ChoosePath() => _path = Path.Combine(Path.GetTempPath(), $"harness {Guid.NewGuid():n}");

    [TearDown]
    public void Clean() => File.Delete(_path);

    [Test]
    public void A_missing_socket_says_where_to_look(CancellationToken token)
    {
        var failure = Refused(token);
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Missing));
        Assert.That(failure.Device, Is.EqualTo(_path));
        Assert.That(failure.NextCommand, Does.StartWith("ls -l "));
    }

    [Test]
    public void A_socket_without_a_listener_has_vanished(CancellationToken token)
    {
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(_path));
            var failure = Refused(token);
            Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Vanished));
        }
    }

    [Test]
    public void A_plain_file_is_refused(CancellationToken token)
    {
        File.WriteAllText(_path, "");
        var failure = Refused(token);
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Vanished).Or.EqualTo(LinkFailure.Configuration));
    }

    [Test]
    public void A_path_that_no_socket_can_have_is_refused(CancellationToken token)
    {
        _path = "/tmp/" + new string('x', 200);
        var failure = Refused(token);
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("107"));
    }

    private LinkException Refused(CancellationToken token) =>
        Assert.ThrowsAsync<LinkException>(async () => await UnixSocketLink.ConnectAsync(_path, token))!;
}
