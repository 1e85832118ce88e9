using Harness.Adversary.ClientTls;
using Harness.Crypto.Tls;
using Harness.Steps.Drivers;

namespace Harness.Steps;

/// <summary>TLS of devices of one's own: the broker presents what they must refuse, and sees whether anything leaves them.</summary>
[Binding]
public sealed class ClientTlsSteps(RunEnvironment environment, ScenarioScope scope, TapDriver tap, LoginDriver logins)
{
    private const string BrokerName = "localhost";
    private static readonly Lazy<TlsAuthority> Authority = new(() => new TlsAuthority()); // three RSA keys, for all scenarios of the run
    private ClientTlsJudge? _judge;
    private string? _ca;
    private bool _hasControl;
    private (string Device, TlsOutcome Outcome)? _last;

    [Given("^" + StepPatterns.Device + " has logged in by TLS at a broker that presents a valid certificate$")]
    public async Task GivenTheControl(string device)
    {
        _ = logins.Device(device);
        var name = environment.Bench.Device(device).Name;
        if (environment.TlsLogins.ContainsKey(name))
        {
            Judge().TakeOver(TlsPresentation.Valid);
            _hasControl = true;
            return;
        }

        var outcome = await TryAsync(device, TlsPresentation.Valid);
        if (outcome.Verdict == TlsVerdict.LoggedIn)
        {
            environment.TlsLogins[name] = true;
        }
        else
        {
            throw outcome.Verdict == TlsVerdict.Fails ? Failed(device, outcome, "a login by TLS") : NotLoggedIn(device, outcome);
        }
    }

    [When("^" + StepPatterns.Device + " is started at a broker that presents (.+)$")]
    public async Task WhenStarted(string device, string words)
    {
        var presentation = Check.Read(() => TlsPresentation.OfWords(words), "the broker's TLS", words);
        foreach (var control in presentation.Controls.Where(c => c != TlsPresentation.Valid))
        {
            await TryAsync(device, control);
        }

        _last = (device, await TryAsync(device, presentation));
    }

    [Then("^" + StepPatterns.Device + " logs in by TLS$")]
    public void ThenLogsIn(string device)
    {
        var outcome = Last(device, "When external is started at a broker that presents a valid certificate");
        Check.Needs(outcome.Presentation.IsControl, $"login of {device}", "a broker that presents a valid certificate", outcome.Presentation.Words);
        if (!outcome.HasConnected)
        {
            throw NotLoggedIn(device, outcome);
        }

        Check.Judged();
        if (outcome.Verdict != TlsVerdict.LoggedIn)
        {
            throw Failed(device, outcome, "a login by TLS");
        }
    }

    [Then("^" + StepPatterns.Device + " sends it nothing$")]
    public void ThenSendsNothing(string device)
    {
        var outcome = Last(device, "When external is started at a broker that presents an expired certificate");
        Check.Needs(!outcome.Presentation.IsControl, $"refusal of {device}", "a broker that the device must refuse", outcome.Presentation.Words);
        Check.Needs(
            outcome.Verdict != TlsVerdict.NotJudged || _hasControl, $"refusal of {device}", $"{device} to have logged in before", "it did not",
            $"Given {device} has logged in by TLS at a broker that presents a valid certificate");
        switch (outcome.Verdict)
        {
            case TlsVerdict.Fails:
                Check.Judged();
                throw Failed(device, outcome, "nothing");
            case TlsVerdict.Held:
                Check.Judged();
                break;
            case TlsVerdict.Advisory:
                Check.Judged();
                environment.Sink.Write(new NoteTaken { Scenario = scope.Id, Text = $"{device} went on before {outcome.Presentation.Words}: advisory, as hardly a client knows better" });
                break;
            default:
                throw new InconclusiveException($"TLS of {device} before {outcome.Presentation.Words}", "a refusal or application data", outcome.Evidence);
        }
    }

    private static CheckFailedException Failed(string device, TlsOutcome outcome, string expected) => new($"bytes of {device} before {outcome.Presentation.Words}", expected, outcome.Evidence);

    private RigErrorException NotLoggedIn(string device, TlsOutcome outcome) => new(
        $"external device {device}", "a login by TLS at a broker that presents a valid certificate", outcome.Evidence, nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(environment.Bench.Rig.Path)}");

    private ClientTlsJudge Judge() =>
        _judge ??= scope.Own(new ClientTlsJudge(Authority.Value, BrokerName, new IPEndPoint(IPAddress.Loopback, 0), tap.Endpoint) { Within = environment.HandshakeTimeout });

    private TlsOutcome Last(string device, string add) => _last is { } last && last.Device == device
        ? last.Outcome : throw new UnjudgeableException($"TLS of {device}", $"{device} to be started at a broker that presents something", "it was not", add);

    private async Task<TlsOutcome> TryAsync(string device, TlsPresentation presentation)
    {
        var under = logins.Device(device);
        if (environment.Bench.Device(device).Entry is { Kind: DeviceKind.External, Start: null })
        {
            throw new InconclusiveException(
                $"TLS of {device}", "a device that is told where to log in (start: in the rig)", "one that a person starts",
                nextCommand: "./harness tls --listen 192.0.2.7:8883 --authority lab-authority.pem");
        }

        var judge = Judge();
        _ca ??= CertificateFile();
        var outcome = await judge.JudgeAsync(
            presentation, _ => Task.FromResult<IStartedClient>(new Started(environment.Bench.StartExternal(device, judge.Endpoint, under.Identity, tls: new DeviceTls(BrokerName, _ca)))), scope.Cancellation);
        _hasControl |= outcome is { Verdict: TlsVerdict.LoggedIn } && presentation == TlsPresentation.Valid;
        return outcome;
    }

    private string CertificateFile()
    {
        var path = Path.Combine(scope.Own(new TemporaryFolder("harness-ca")).Path, "ca.pem");
        File.WriteAllText(path, Authority.Value.CertificatePem);
        return path;
    }

    private sealed class Started(ExternalDevice device) : IStartedClient
    {
        private static readonly TimeSpan LeavesWithin = TimeSpan.FromMilliseconds(500);

        public Task Ended => device.Ended;

        public int? Status => device.ExitCode;

        public async ValueTask DisposeAsync() => await device.LeaveAsync(LeavesWithin);
    }
}
