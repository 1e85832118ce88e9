using Harness.Schemes.Hardened;
using Harness.Sessions;

namespace Harness.Cli.Tests;

/// <summary><c>harness broker --scheme hardened</c> with accounts of <c>harness enroll --pseudonyms</c>, used by devices that are not part of the program.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class HardenedBrokerTests : IDisposable
{
    private const string Topic = "plant/1";
    private readonly WorkFolder _work = new();
    private readonly CancellationTokenSource _deadline = new(HarnessProcess.Limit);

    public void Dispose()
    {
        _deadline.Dispose();
        _work.Dispose();
    }

    [Test]
    public async Task Enrolled_devices_talk_and_used_pseudonyms_are_known_after_a_restart()
    {
        var items = "";
        foreach (var name in new[] { "pub", "sub" })
        {
            var enrolled = await HarnessProcess.RunAsync(
                _work.Path, "correct horse\n", ["enroll", "--client", name, "--server", "lab-broker", "--profile", "framed", "--pseudonyms"]);
            Assert.That(enrolled.ExitCode, Is.Zero, enrolled.ToString());
            items += enrolled.Stdout;
        }

        var path = _work.Write("accounts.yaml", "accounts:\n" + Indented(items) + $"pairs:\n- {{publisher: pub, subscriber: sub, topic: {Topic}}}\n");
#pragma warning disable CA1416
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var accounts = AccountFile.Load(path, "lab-broker").Accounts;
        using var pub = new HostParty("pub");
        using var sub = new HostParty("sub");
        await using (var broker = Start("--accounts", path, "--pair-cipher", "ascon-aead128"))
        {
            var endpoint = await ReadyAsync(broker);
            var w = Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Framed, "sub", "pub", "between us", HardenedPublisher.RunField);
            await using var reader = await LogInAsync(sub, accounts[1], endpoint, told => told with { Publisher = "pub", PairPassword = "between us" });
            await using var writer = await LogInAsync(
                pub, accounts[0], endpoint, told => told with { Subscribers = [new PairAccount("sub", AugPakeGroup.P256, w)] });
            await reader.WaitForPairsAsync(s => s.Paired.Count > 0, HarnessProcess.Limit, _deadline.Token);
            await writer.BeginEpochAsync(_deadline.Token);
            await reader.WaitForPairsAsync(s => s.Epoch > 0, HarnessProcess.Limit, _deadline.Token);
            await writer.PublishSealedAsync(Topic, "21.5 C"u8.ToArray(), _deadline.Token);
            Assert.That((await reader.ReceiveAndOpenAsync(HarnessProcess.Limit)).Plaintext.ToArray(), Is.EqualTo("21.5 C"u8.ToArray()));
            broker.Signal(Processes.Interrupt);
            var ended = await broker.EndAsync();
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            Assert.That(ended.Stdout, Does.Contain("\"pub\" AUGPAKE-FRAMED-P256 Accepted fp=" + writer.Fingerprint));
            Assert.That(ended.ToString(), Does.Not.Contain(Convert.ToHexStringLower(accounts[0].PseudonymSecret!.Value.Span)));
        }

        await using (var broker = Start("--accounts", path, "--pair-cipher", "ascon-aead128"))
        {
            // The device's numbers begin anew, as those of a copy would.
            var endpoint = await ReadyAsync(broker);
            Assert.ThrowsAsync<SessionRefusedException>(() => LogInAsync(pub, accounts[0], endpoint, told => told));
            broker.Signal(Processes.Interrupt);
            Assert.That((await broker.EndAsync()).Stdout, Does.Contain("UnknownAccount"), "burnt before this broker began");
        }

#pragma warning disable CA1416
        Assert.That(File.GetUnixFileMode(path + ".used"), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
    }

    [Test]
    public async Task Accounts_without_pseudonyms_and_pseudonyms_of_another_profile_are_refused()
    {
        var account = Enrolment.ToYaml(Enrolment.Create("pub", "lab-broker", AugPakeGroup.P256, AugPakeProfile.Framed, "correct horse"));
        var ended = await HarnessProcess.RunAsync(
            _work.Path, ["broker", "--port", "0", "--server-name", "lab-broker", "--scheme", "hardened", "--accounts", _work.Write("accounts.yaml", account)]);
        Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((2, ended.Stderr)), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("enroll --profile framed --pseudonyms"));
        ended = await HarnessProcess.RunAsync(_work.Path, "secret\n", ["enroll", "--client", "pub", "--server", "lab-broker", "--pseudonyms"]);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("--pseudonyms needs --profile framed, not rfc6628"));
    }

    private static string Indented(string items) => string.Concat(items.TrimEnd('\n').Split('\n').Select(line => $"  {line}\n"));

    private HarnessProcess Start(params string[] options) =>
        HarnessProcess.Start(_work.Path, ["broker", "--port", "0", "--server-name", "lab-broker", "--scheme", "hardened", .. options]);

    private static async Task<IPEndPoint> ReadyAsync(HarnessProcess broker) =>
        IPEndPoint.Parse(Listening().Match(await broker.WaitForAsync("Ctrl-C ends it")).Groups[1].Value);

    private Task<DeviceSession> LogInAsync(HostParty party, Account account, IPEndPoint endpoint, Func<HardenedIdentity, HardenedIdentity> tell)
    {
        var numbers = new HardenedMemory();
        numbers.Provision(0, 0);
        var told = tell(new HardenedIdentity(HardenedCipher.Ascon, account.PseudonymSecret!.Value, numbers, Topic));
        var identity = new PartyIdentity(account.Client, "lab-broker", "correct horse", "p256", "framed") { Scheme = SchemeNames.Hardened, Hardened = told };
        return DeviceSession.LoginAsync(party, new DeviceSessionOptions { Endpoint = endpoint, Identity = identity }, _deadline.Token);
    }

    [GeneratedRegex(@"listening on (\S+:\d+) as lab-broker")]
    private static partial Regex Listening();
}
