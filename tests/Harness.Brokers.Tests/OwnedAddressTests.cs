namespace Harness.Brokers.Tests;

/// <summary>No broker beyond this machine is tried unless its address was typed twice, and the address that was checked is the one connected to.</summary>
public sealed class OwnedAddressTests
{
    private static readonly IPAddress Beyond = IPAddress.Parse("192.0.2.7");

    [TestCase("127.0.0.1:1883", "127.0.0.1:1883")]
    [TestCase("127.8.8.8:1", "127.8.8.8:1")]
    [TestCase("[::1]:1883", "[::1]:1883")]
    [TestCase("[::ffff:127.0.0.1]:1883", "127.0.0.1:1883", Description = "a socket of IPv6 alone does not reach it")]
    public async Task This_machine_needs_no_second_word(string typed, string address) =>
        Assert.That((await OwnedAddress.ResolveAsync(typed, null, CancellationToken.None)).ToString(), Is.EqualTo(address));

    [TestCase("192.0.2.7:1883", null)]
    [TestCase("192.0.2.7:1883", "192.0.2.7")]
    [TestCase("192.0.2.7:1883", "192.0.2.7:1884")]
    [TestCase("0.0.0.0:1883", null)]
    [TestCase("[2001:db8::1]:1883", "")]
    public void An_address_beyond_it_is_refused_with_what_to_type(string typed, string? owned) =>
        Assert.That(async () => await OwnedAddress.ResolveAsync(typed, owned, CancellationToken.None), Throws.TypeOf<FormatException>().With.Message.Contains($"--i-own {typed}"));

    [Test]
    public async Task An_address_that_was_typed_twice_is_taken() =>
        Assert.That((await OwnedAddress.ResolveAsync("192.0.2.7:1883", "192.0.2.7:1883", CancellationToken.None)).Address, Is.EqualTo(Beyond));

    [Test]
    public void A_name_of_which_one_address_is_beyond_this_machine_is_beyond_it() =>
        Assert.That(() => OwnedAddress.Check([IPAddress.Loopback, Beyond], 1883, "both:1883", null), Throws.TypeOf<FormatException>().With.Message.Contains("192.0.2.7"));

    [Test]
    public void The_checked_address_itself_is_what_is_connected_to() =>
        Assert.That(OwnedAddress.Check([IPAddress.IPv6Loopback, IPAddress.Loopback], 1883, "name:1883", null), Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 1883)));

    [Test]
    public async Task The_address_of_a_name_at_which_somebody_listens_is_taken_and_else_the_first([Values] bool listens)
    {
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!listens)
        {
            listener.Stop();
        }

        var picked = await OwnedAddress.PickAsync([IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);

        Assert.That(picked, Is.EqualTo(new IPEndPoint(listens ? IPAddress.IPv6Loopback : IPAddress.Loopback, port)));
    }

    [TestCase("127.0.0.1")]
    [TestCase(":1883")]
    [TestCase("127.0.0.1:0")]
    [TestCase("127.0.0.1:99999")]
    [TestCase("::1:1883")]
    [TestCase("127.0.0.1:-1")]
    public void A_text_without_host_or_port_is_refused(string typed) =>
        Assert.That(async () => await OwnedAddress.ResolveAsync(typed, typed, CancellationToken.None), Throws.TypeOf<FormatException>().With.Message.Contains("HOST:PORT"));

    [Test]
    public void A_name_that_does_not_resolve_is_told() =>
        Assert.That(async () => await OwnedAddress.ResolveAsync("no-such-host.invalid:1883", null, CancellationToken.None), Throws.TypeOf<MqttNotConnectedException>());
}
