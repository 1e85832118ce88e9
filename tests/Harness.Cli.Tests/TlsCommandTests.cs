namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness tls</c>: its table, its record, its exit status, and that no password gets into either.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class TlsCommandTests : WorkFolderTests
{
    private const string Pub = "mosquitto_pub -h {host} -p {port} --cafile {ca} -u {user} -P 'quite secret' -t lab -m 21";

    [Test]
    public async Task A_careful_client_holds_and_its_record_tells_how()
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        var documented = CommandLines.Words(Documents.Lines("./harness").Select(l => l.Line).Single(l => l.StartsWith("./harness tls --run", StringComparison.Ordinal)));
        var ended = await HarnessProcess.RunAsync(_work.Path, [.. documented, "--out", "a run", "--json"]);

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var rows = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("presentations").EnumerateArray().ToDictionary(p => p.GetProperty("id").GetString()!, p => p.GetProperty("verdict").GetString());
        Assert.That((rows["valid"], rows["expired"], rows["wrong-name"], rows["must-staple"]), Is.EqualTo(("logged in", "held", "held", "advisory")), ended.Stdout);
        var record = _work.Record("a run");
        Assert.That(record.OfType<ScenarioFinished>().Select(s => s.Verdict), Has.All.EqualTo(Verdict.Pass).And.Exactly(17).Items);
        Assert.That(record.OfType<FilesKept>().SelectMany(k => k.Files).Select(f => f.Name), Is.SupersetOf(new[] { "ca.pem", "tls.md" }));
        Assert.That(File.ReadAllText(_work["a run/tls.md"]), Does.Contain("| an expired certificate (`expired`) | held | TLS 1.3, "));
    }

    [Test]
    public async Task A_client_that_skips_the_name_fails_there_alone_and_the_report_names_what_left_it()
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--run", Pub + " --insecure", "--only", "wrong-name", "--only", "wrong-ca", "--out", "r");

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("FAILS before a certificate of another name: its password left it").And.Contain("password 12 bytes (bytes ").And.Contain("mended by: check the broker's name").And.Contain("3 presentations: 1 logged in, 1 held, 1 failed"));
        var failed = _work.Record("r").OfType<ScenarioFinished>().Single(s => s.Verdict == Verdict.Fail);
        Assert.That((failed.Id, failed.Failure!.NextCommand), Is.EqualTo(("tls --only wrong-name", "./harness tls --only wrong-name --run COMMAND")));
        NothingHolds("quite secret", ended, "r");
    }

    [TestCase("-crl_check ", 0, "held")]
    [TestCase("", 1, "FAILS")]
    public async Task A_client_that_has_the_list_of_revoked_certificates_must_look_at_it(string check, int status, string verdict)
    {
        NeedsProgram.Find("openssl", "openssl");
        var client = $"(printf '\\020\\017\\000\\004MQTT\\004\\002\\000\\074\\000\\003abc'; tail -f /dev/null) | openssl s_client -quiet -connect {{host}}:{{port}} -CAfile {{ca}} -CRL {{crl}} {check}-verify_return_error";
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--run", client, "--only", "revoked", "--out", "r");

        Assert.That(ended.ExitCode, Is.EqualTo(status), ended.ToString());
        Assert.That(ended.Stdout, Does.Match($"{verdict} +revoked "));
    }

    [Test]
    public async Task Its_record_is_signed_with_a_key_that_was_named()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        _work.Write("key.pem", key.ExportPkcs8PrivateKeyPem() + "\n");
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(_work["key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--run", "true {port}", "--only", "valid", "--timeout", "1", "--sign", "key.pem", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(_work.Record("r").OfType<RecordSigned>().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_that_does_not_start_is_not_judged_and_prints_to_the_terminal_alone()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--run", "echo \"$0 {password} {port}\" told; exit 7", "--only", "expired", "--out", "r");

        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("not judged valid          it ended with status 7 without a connection").And.Contain("not judged expired        the control valid did not succeed"));
        Assert.That(ended.Stderr, Does.Contain("it printed:\n").And.Contain(" <redacted> ").And.Contain(" told"));
        Assert.That(Directory.EnumerateFiles(_work["r"], "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains(" told", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_client_that_hangs_is_not_judged_and_ended_with_all_that_it_started()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--run", "sleep 600 & echo $! > child; echo {port}; wait", "--only", "valid", "--timeout", "1", "--out", "r");

        Assert.That((ended.ExitCode, ended.Stdout.Contains("no connection within 1 s", StringComparison.Ordinal)), Is.EqualTo((4, true)), ended.ToString());
        var child = File.ReadAllText(_work["child"]).Trim();
        Assert.That(() => File.Exists($"/proc/{child}/cmdline") && File.ReadAllText($"/proc/{child}/cmdline").Contains("600", StringComparison.Ordinal), Is.False.After(5000, 50));
    }

    [Test]
    public async Task A_client_that_somebody_starts_comes_to_the_port_that_was_named_and_the_authority_is_kept()
    {
        var port = FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var first = await HarnessProcess.RunAsync(_work.Path, "tls", "--listen", address, "--authority", "my authority.pem", "--only", "valid", "--timeout", "1", "--out", "r");
        Assert.That(first.ExitCode, Is.EqualTo(4), first.ToString());
        Assert.That(first.Stderr, Does.Contain($"waiting for the client at localhost, port {port}"));
        Assert.That(first.Stdout, Does.Contain("no connection within 1 s"));
        Assert.That(File.ReadAllText(_work["my authority.pem"]), Does.StartWith(File.ReadAllText(_work["r/ca.pem"])).And.Contain("PRIVATE KEY"));
#pragma warning disable CA1416 // modes of files: Linux
        Assert.That(File.GetUnixFileMode(_work["my authority.pem"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var again = await HarnessProcess.RunAsync(_work.Path, "tls", "--listen", address, "--authority", "my authority.pem", "--only", "valid", "--timeout", "1", "--out", "s");
        Assert.That(File.ReadAllText(_work["s/ca.pem"]), Is.EqualTo(File.ReadAllText(_work["r/ca.pem"])), again.ToString());
        File.SetUnixFileMode(_work["my authority.pem"], (UnixFileMode)0b110_100_100);
#pragma warning restore CA1416
        var open = await HarnessProcess.RunAsync(_work.Path, "tls", "--listen", address, "--authority", "my authority.pem", "--timeout", "1");
        Assert.That((open.ExitCode, open.Stderr.Contains("chmod 600 'my authority.pem'", StringComparison.Ordinal) || open.Stderr.Contains("chmod 600 '", StringComparison.Ordinal)), Is.EqualTo((2, true)), open.ToString());
    }

    [Test]
    public async Task A_port_that_is_taken_is_status_3_with_the_command_that_tells_by_whom()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--run", "true");

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"next: ss -ltnp 'sport = :{port}'"));
    }

    [TestCase("or comes to a fixed port")]
    [TestCase("--run has no {port}", "--run", "true")]
    [TestCase("is no HOST:PORT", "--run", "true {port}", "--listen", "8883")]
    [TestCase("'sha2' not recognized", "--run", "true {port}", "--only", "sha2")]
    [TestCase("it holds no certificate and private key in PEM", "--run", "true {port}", "--authority", "notes.txt")]
    public async Task A_wrong_line_is_status_2(string says, params string[] arguments)
    {
        _work.Write("notes.txt", "no authority\n");
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(_work["notes.txt"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var ended = await HarnessProcess.RunAsync(_work.Path, ["tls", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    [Test]
    public async Task The_list_has_every_presentation()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "tls", "--list");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("valid          a valid certificate (a control: the client must log in)").And.Contain("(advisory: never a failure)").And.Contain("(advisory to a client that neither asks nor has {crl})").And.Contain("17 presentations"));
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void NothingHolds(string secret, Ended ended, string folder)
    {
        Assert.That(ended.Stdout + ended.Stderr, Does.Not.Contain(secret));
        Assert.That(Directory.EnumerateFiles(_work[folder], "*", SearchOption.AllDirectories).Where(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(secret, StringComparison.Ordinal)), Is.Empty);
    }
}
