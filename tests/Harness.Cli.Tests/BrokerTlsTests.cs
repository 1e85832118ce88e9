using System.Text.RegularExpressions;
using Harness.Mqtt.Client;

namespace Harness.Cli.Tests;

/// <summary>Checks the commands that try a broker at an address where that broker speaks TLS.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed partial class BrokerTlsTests : WorkFolderTests
{
    [Test]
    public async Task Load_speaks_TLS_with_a_broker_whose_authority_is_named()
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "load", "--broker", broker.Address, "--tls", "--ca", "ca file.pem", "--only", "latency,fan-out,idle,logins", "--seconds", "1", "--rate", "100", "--connections", "20", "--json");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var figures = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("figures").EnumerateArray().ToDictionary(f => f.GetProperty("figure").GetString()!);
        foreach (var name in new[] { "QoS 1, 64 bytes at 100/s: p99", "QoS 1, 64 bytes, 1 to 100", "logins, none" })
        {
            Assert.That(figures[name].GetProperty("median").GetDouble(), Is.Positive, name);
        }
    }

    [Test]
    public async Task Conformance_is_decided_inside_TLS()
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--broker", broker.Address, "--tls", "--ca", "ca file.pem", "--statement", "MQTT-3.1.0-2", "--statement", "MQTT-4.7.1-3");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("MQTT 3.1.1: 2 statements, 2 conform").And.Contain("MQTT 5.0: 1 statements, 1 conform").And.Contain($"broker: {broker.Address}"));
    }

    [Test]
    public async Task An_audit_trusts_the_authority_that_is_named_and_is_repeated_with_it()
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, "audit", "--broker", broker.Address, "--ca", "ca file.pem", "--listen", "1", "--out", "a");

        Assert.That(ended.Stdout, Does.Contain("its certificate comes from an authority that was named").And.Not.Contain("MEDIUM tls.trust"));
        Assert.That(_work.Record("a").OfType<ScenarioFinished>().Select(s => s.Failure?.NextCommand), Has.Some.StartsWith($"./harness audit --broker {broker.Address} --ca 'ca file.pem'"));
    }

    [Test]
    public async Task Without_its_authority_an_audit_says_that_nobody_trusts_it()
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, "audit", "--broker", broker.Address, "--listen", "1");
        Assert.That(ended.Stdout, Does.Contain("MEDIUM tls.trust").And.Contain("from an authority that this system trusts"));
    }

    [Test]
    public async Task A_tap_speaks_TLS_with_the_broker_and_plain_MQTT_with_devices(CancellationToken token)
    {
        await using var broker = await BrokerAsync();
        await using var tap = HarnessProcess.Start(
            _work.Path, "tap", "--listen", "0", "--to", broker.Address, "--tls", "--ca", "ca file.pem", "--out", "t", "--rule", "replace payload to-broker topic=plant/# with=altered");
        var port = int.Parse(Listening().Match(await tap.WaitForAsync("Ctrl-C ends it")).Groups[1].Value, CultureInfo.InvariantCulture);
        await using (var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = port, ClientId = "sensor" }, token))
        {
            await client.SubscribeAsync("plant/1", cancellationToken: token);
            await client.PublishAsync("plant/1", "true"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: token);
            Assert.That((await client.Messages.ReadAsync(token)).Payload.ToArray(), Is.EqualTo("altered"u8.ToArray()));
        }

        tap.Signal(Processes.Interrupt);
        var ended = await tap.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain($"before {broker.Address}").And.Contain("carried out 1 times"));
        Assert.That(broker.LetIn, Is.EqualTo(2), "one handshake before, and the device's connection");
    }

    [Test]
    public async Task Attacks_of_a_tap_inside_TLS_say_that_they_are(CancellationToken token)
    {
        await using var broker = await BrokerAsync();
        await using var tap = HarnessProcess.Start(
            _work.Path, "tap", "--listen", "0", "--to", broker.Address, "--tls", "--ca", "ca file.pem", "--out", "t", "--json", "--attack", "password-in-clear");
        var port = int.Parse(Listening().Match(await tap.WaitForAsync("Ctrl-C ends it")).Groups[1].Value, CultureInfo.InvariantCulture);
        var connecting = MqttClient.ConnectAsync(new MqttClientOptions { Port = port, ClientId = "sensor", UserName = "u", Password = "quite-secret"u8.ToArray() }, token);
        var ended = await tap.EndAsync(); // at once: the login was all that there is to judge
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("attacks")[0].GetProperty("evidence").GetString(), Does.EndWith("(inside TLS: to be seen and done where TLS ends, not on the way)"));
        Assert.That(_work.Record("t").OfType<ScenarioFinished>().Single().Failure!.NextCommand, Does.Contain(" --tls --ca 'ca file.pem' --attack password-in-clear"));
    }

    [TestCase("load")]
    [TestCase("conformance")]
    [TestCase("leak")]
    public async Task A_broker_that_speaks_TLS_is_told_before_anything_goes_there_in_plain(string command)
    {
        await using var broker = await BrokerAsync();
        WritePassword();
        var ended = await HarnessProcess.RunAsync(_work.Path, command, "--broker", broker.Address, "--user", "u", "--password-file", "pw");

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"{broker.Address} speaks TLS; next: the same with --tls, and --ca FILE"));
        Assert.That((broker.InPlain, Directory.Exists(_work["runs"])), Is.EqualTo((0, false)));
    }

    [TestCase("load", "--broker")]
    [TestCase("conformance", "--broker")]
    [TestCase("tap", "--to", "--listen", "0")]
    public async Task A_certificate_that_nobody_vouches_for_ends_it_before_anything_is_tried(string command, string address, params string[] more)
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, [command, address, broker.Address, "--tls", .. more]);

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"TLS with {broker.Address} failed: this system trusts no authority of its certificate; next: --ca FILE with its own authority"));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }

    [TestCase("; next: the name that it is for", "--ca", "ca file.pem")]
    [TestCase(", nor of an authority that is trusted; next: the name that it is for")]
    public async Task A_certificate_of_another_name_is_refused(string says, params string[] authority)
    {
        await using var broker = await BrokerAsync("127.0.0.9");
        var ended = await HarnessProcess.RunAsync(_work.Path, ["load", "--broker", broker.Address, "--tls", .. authority]);

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"TLS with {broker.Address} failed: its certificate is not for 127.0.0.1{says}"));
    }

    [Test]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var broker = await BrokerAsync();
        await using var other = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--broker", broker.Address, "--tls", "--ca", "ca file.pem");

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("its certificate is not of the authority that --ca names"));
    }

    [TestCase("the named authority does not vouch for the broker", 1, "another's", "--ca", "ca file.pem")]
    [TestCase("the named authority does not vouch for a broker of plain MQTT", 4, "none", "--ca", "ca file.pem")]
    [TestCase("its certificate is not valid now", 1, "expired", "--ca", "ca file.pem")]
    [TestCase("no authority that this system trusts vouches for the broker", 1, "another's")]
    [TestCase("its certificate is not valid now", 1, "expired")]
    public async Task An_audit_sends_no_password_where_no_authority_vouches_for_the_broker(string says, int status, string certificate, params string[] authority)
    {
        await using var broker = await BrokerAsync(expired: certificate == "expired");
        await using var other = certificate == "another's" ? await BrokerAsync() : null; // whose authority is in the file then
        await using var plain = await MqttBroker.StartAsync(new MqttBrokerOptions());
        WritePassword();
        var address = certificate == "none" ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{plain.Endpoint.Port}") : broker.Address;
        var ended = await HarnessProcess.RunAsync(_work.Path, ["audit", "--broker", address, .. authority, "--user", "u", "--password-file", "pw", "--listen", "1", "--json"]);

        Assert.That(Checks(ended)["login.user"].Evidence, Does.StartWith($"not asked: {says}"), ended.ToString());
        Assert.That(ended.ExitCode, Is.EqualTo(status));
    }

    [Test]
    public async Task Wrong_passwords_that_are_let_in_are_no_refusals_to_be_timed()
    {
        await using var broker = await BrokerAsync();
        WritePassword();
        string[] user = ["--user", "u", "--password-file", "pw"];
        var leak = await HarnessProcess.RunAsync(_work.Path, ["leak", "--broker", broker.Address, "--tls", "--ca", "ca file.pem", .. user, "--samples", "20"]);
        Assert.That(leak.ExitCode, Is.EqualTo(4), leak.ToString());
        Assert.That(leak.Stderr, Does.Match("a wrong password of (u|a name that does not exist) was let in: there is no refusal to be timed"));

        var audit = await HarnessProcess.RunAsync(_work.Path, ["audit", "--broker", broker.Address, "--ca", "ca file.pem", .. user, "--listen", "1", "--active", "--timing", "20", "--json"]);
        var checks = Checks(audit);
        Assert.That((checks["users.time"].Outcome, checks["users.password"].Outcome, audit.ExitCode), Is.EqualTo(("not tried", "high", 1)), audit.ToString());
    }

    [Test]
    public async Task A_user_who_is_kept_back_leaves_the_times_open()
    {
        await using var broker = await BrokerAsync(refuses: true);
        WritePassword();
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "audit", "--broker", broker.Address, "--user", "u", "--password-file", "pw", "--listen", "1", "--active", "--timing", "20", "--json");
        Assert.That(Checks(ended)["users.time"], Is.EqualTo(("not tried", "the operator's user was kept back")), ended.ToString());
    }

    [Test]
    public async Task Refused_logins_are_timed_inside_TLS()
    {
        await using var broker = await BrokerAsync(refuses: true);
        WritePassword();
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "leak", "--broker", broker.Address, "--tls", "--ca", "ca file.pem", "--user", "u", "--password-file", "pw", "--samples", "20", "--json");

        Assert.That(ended.ExitCode, Is.AnyOf(0, 4), ended.ToString());
        Assert.That(broker.LetIn, Is.EqualTo(1 + 60), "a handshake before, and a connection for each sample of three classes");
    }

    [Test]
    public async Task A_broker_without_TLS_is_told()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--broker", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}"), "--tls");

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("no answer of TLS").And.Contain("without --tls"));
    }

    [TestCase("--ca is about TLS; next: add --tls", "load", "--broker", "127.0.0.1:1", "--ca", "ca.pem")]
    [TestCase("--ca is about TLS; next: add --tls", "tap", "--listen", "0", "--to", "127.0.0.1:1", "--ca", "ca.pem")]
    [TestCase("--tls is about a broker at an address; --compare starts its own", "load", "--compare", "ours", "--tls")]
    [TestCase("--ca is about a broker at an address; --compare starts its own", "load", "--compare", "ours", "--ca", "ca.pem")]
    [TestCase("--tls is about a broker at an address; that of a rig has tls: true", "conformance", "--rig", "rigs/posix.yaml", "--tls")]
    [TestCase("--tls is about a broker at an address; --client judges a device", "conformance", "--client", "--tls")]
    [TestCase("--tls is about a broker at an address; --list tries none", "conformance", "--list", "--tls")]
    [TestCase("--ca is about a broker at an address; a SUBJECT is one of a device", "leak", "tag-compare", "--device", "host", "--ca", "ca.pem")]
    [TestCase("no file.pem cannot be read as certificates", "load", "--broker", "127.0.0.1:1", "--tls", "--ca", "no file.pem")]
    [TestCase("/empty file.pem'", "audit", "--broker", "127.0.0.1:1", "--ca", "empty file.pem")]
    public async Task A_wrong_line_is_status_2(string says, params string[] arguments)
    {
        _work.Write("empty file.pem", "");
        var ended = await HarnessProcess.RunAsync(_work.Path, arguments);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    private void WritePassword() => _work.WriteSecret("pw", "quite-secret\n");

    private static Dictionary<string, (string Outcome, string Evidence)> Checks(Ended ended) => JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("checks").EnumerateArray()
        .ToDictionary(c => c.GetProperty("id").GetString()!, c => (c.GetProperty("outcome").GetString()!, c.GetProperty("evidence").GetString()!));

    private async Task<TlsBroker> BrokerAsync(string name = "127.0.0.1", bool expired = false, bool refuses = false)
    {
        var broker = await TlsBroker.StartAsync(name, expired, refuses);
        _work.Write("ca file.pem", broker.Authority);
        return broker;
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
