using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Harness.Sessions.Tls;

namespace Harness.Sessions.Tests.Tls;

/// <summary>MQTT over TLS 1.2 and 1.3: with the broker's certificate, with the device's too, and with a pre-shared key.</summary>
[CancelAfter(60_000)]
public sealed class TlsRelayTests
{
    private const string Name = "broker.test";
    private static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private readonly LabCertificates _lab = new();

    [OneTimeTearDown]
    public void End() => _lab.Dispose();

    [TestCase(SslProtocols.Tls13)]
    [TestCase(SslProtocols.Tls12)]
    public async Task A_device_that_checks_the_certificate_logs_in(SslProtocols version, CancellationToken token) => Assert.That(
        await LogInAsync(TlsEnds.Server(_lab.Issue(Name), version), TlsEnds.Client(Name, _lab.Authority, version), token), Is.True);

    [TestCase(SslProtocols.Tls13)]
    [TestCase(SslProtocols.Tls12)]
    public async Task A_certificate_of_the_device_is_demanded_and_taken(SslProtocols version, CancellationToken token)
    {
        using var other = new LabCertificates();
        var server = TlsEnds.Server(_lab.Issue(Name), version, _lab.Authority);
        Assert.That(await LogInAsync(server, TlsEnds.Client(Name, _lab.Authority, version, _lab.Issue("pub")), token), Is.True);
        Assert.That(await LogInAsync(server, TlsEnds.Client(Name, _lab.Authority, version), token), Is.False, "none");
        Assert.That(await LogInAsync(server, TlsEnds.Client(Name, _lab.Authority, version, other.Issue("pub")), token), Is.False, "of another authority");
    }

    [Test]
    public async Task A_pre_shared_key_logs_in_and_another_does_not(CancellationToken token)
    {
        var server = TlsEnds.PskServer(identity => identity == "pub" ? Key : null);
        Assert.That(await LogInAsync(server, TlsEnds.PskClient("pub", Key), token), Is.True);
        Assert.That(await LogInAsync(server, TlsEnds.PskClient("pub", [.. Key.Select(b => (byte)(b ^ 1))]), token), Is.False, "another key");
        Assert.That(await LogInAsync(server, TlsEnds.PskClient("sub", Key), token), Is.False, "an unknown identity");
    }

    [TestCase("self-signed")]
    [TestCase("another authority")]
    [TestCase("another name")]
    [TestCase("over")]
    [TestCase("not begun")]
    public async Task A_wrong_certificate_gets_no_byte_of_a_login(string wrong, CancellationToken token)
    {
        using var other = new LabCertificates();
        X509Certificate2 certificate = wrong switch
        {
            "self-signed" => _lab.SelfSigned(Name),
            "another authority" => other.Issue(Name),
            "another name" => _lab.Issue("elsewhere.test"),
            "over" => _lab.Issue(Name, -30, -1),
            _ => _lab.Issue(Name, 1, 30),
        };
        Assert.That(await LogInAsync(TlsEnds.Server(certificate), TlsEnds.Client(Name, _lab.Authority), token), Is.False);
        Assert.That(await LogInAsync(TlsEnds.Server(certificate), TlsEnds.TrustingClient(Name), token), Is.True, "a device that checks nothing takes it");
    }

    [TestCase(SslProtocols.Tls13)]
    [TestCase(SslProtocols.Tls12)]
    public async Task A_client_with_the_certificate_of_another_name_is_let_in_under_that_name_alone(SslProtocols version, CancellationToken token)
    {
        var server = TlsEnds.Server(_lab.Issue(Name), version, _lab.Authority);
        Assert.That(await LogInAsync(server, TlsEnds.Client(Name, _lab.Authority, version, _lab.Issue("pub")), token, TlsEnds.IsOwnName), Is.True);
        Assert.That(await LogInAsync(server, TlsEnds.Client(Name, _lab.Authority, version, _lab.Issue("sub")), token, TlsEnds.IsOwnName), Is.False);
    }

    [Test]
    public async Task A_client_with_the_key_of_another_name_is_let_in_under_that_name_alone(CancellationToken token)
    {
        var server = TlsEnds.PskServer(identity => identity is "pub" or "sub" ? Key : null);
        Assert.That(await LogInAsync(server, TlsEnds.PskClient("pub", Key), token, TlsEnds.IsOwnName), Is.True);
        Assert.That(await LogInAsync(server, TlsEnds.PskClient("sub", Key), token, TlsEnds.IsOwnName), Is.False);
    }

    [Test]
    public void A_first_message_that_is_no_CONNECT_has_no_name() => Assert.That(
        new byte[][] { [], [0x10], [0xC0, 0], [0xFF, 0xFF, 0xFF] }.Select(first => TlsEnds.IsOwnName(Stream.Null, first)), Has.All.False);

    private static async Task<bool> LogInAsync(TlsEnd server, TlsEnd client, CancellationToken token, Func<Stream, ReadOnlyMemory<byte>, bool>? admit = null)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.Password, Timeout = TimeSpan.FromSeconds(20) });
        testbed.AddHost("pub", new PartyIdentity("pub", Name, "one", "p256", "rfc6628"), DevicePart.Publisher);
        testbed.AddHost("sub", new PartyIdentity("sub", Name, "two", "p256", "rfc6628"), DevicePart.Subscriber);
        await testbed.StartAsync(token);
        await using var atBroker = TlsRelay.Start(testbed.Broker.Endpoint, server, admit: admit);
        await using var atDevice = TlsRelay.Start(atBroker.Endpoint, connect: client);
        var end = await testbed.Publisher.TryLogInAsync(new LoginRequest(Endpoint: atDevice.Endpoint), token);
        Assert.That(atBroker.Capture.Any(c => c.Bytes.Length > 0), Is.EqualTo(end.Succeeded), "application data at the broker's end");
        if (end.Succeeded)
        {
            await testbed.Subscriber.LogInAsync(token);
            await testbed.AdmitAsync(testbed.Subscriber, token);
            await testbed.PublishAsync("level 4711 mm"u8.ToArray(), token);
            Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo("level 4711 mm"u8.ToArray()));
        }

        await testbed.Publisher.LogOutAsync();
        return end.Succeeded;
    }
}
