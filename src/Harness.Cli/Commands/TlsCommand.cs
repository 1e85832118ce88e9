using Harness.Adversary.ClientTls;
using Harness.Cli.Commands.Clients;
using Harness.Mqtt.Broker;

namespace Harness.Cli.Commands;

/// <summary><c>harness tls</c>: judges a client's TLS by a broker that presents what a client must refuse.</summary>
internal static class TlsCommand
{
    private const int SecondsOfACommand = 10;
    private const int SecondsOfAPerson = 120;

    public static Command Create()
    {
        var command = new Option<string?>("--run") { Description = "the client's command, run by /bin/sh anew for each presentation and ended after it; {host} {port} {ca} {crl} {user} {password} in it, without quotes, are replaced" };
        var listen = new Option<string>("--listen") { Description = "HOST:PORT to listen on; port 0 takes a free one", DefaultValueFactory = _ => "127.0.0.1:0" };
        var name = new Option<string?>("--name") { Description = "the name or IP address by which the client connects, which valid certificates have [default: localhost, or the address of --listen]" };
        var authority = new Option<string?>("--authority") { Description = "file that keeps the authority (mode 600), made where there is none: a device then needs its certificate once" };
        var only = new Option<string[]>("--only") { Description = "one presentation alone, with its controls; may be given again", DefaultValueFactory = _ => [] };
        only.AcceptOnlyFromAmong([.. TlsPresentation.All.Select(p => p.Id)]);
        var timeout = new Option<int>("--timeout") { Description = "seconds that the client has for each presentation [default: 10; 120 without --run]" };
        timeout.Validators.Add(CommandHost.Between(1, 3600));
        var record = new RecordOptions();
        var list = new Option<bool>("--list") { Description = "lists the presentations and runs none" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var tls = new Command("tls",
            """
            Judges a client's TLS. A broker presents to it, one by one, expired, self-signed and otherwise wrong certificates, weak keys, old versions, a downgrade and
            a suite without encryption. A client that sends a byte of application data to one of them fails, and the fields and places of what left it are told, never
            what they hold. Nothing is judged before it has logged in at a valid certificate (the control), and silence is never a pass: that is "not judged".

            Without --run the client is one that somebody starts, or that comes back by itself, at a fixed port of --listen. It must trust the authority: its certificate
            lies beside the record (ca.pem), and with --authority stays the same; the list of what the authority revoked lies there too (crl.pem). A revoked certificate
            fails a client that asked for its status, or whose command has {crl}: another one cannot know, and is told so. {user} and {password} are made up for the run. What the client prints
            goes to the terminal where it never connects, and into no record.

            Exit status: 0 it held; 1 it failed; 2 usage; 3 cannot listen; 4 something is not judged; 130 stopped.

            Examples:
              ./harness tls --run 'mosquitto_pub -h {host} -p {port} --cafile {ca} -u {user} -P {password} -t lab -m 21'
              ./harness tls --only wrong-name --run 'python3 my_client.py {host} {port} {ca}' --json
              ./harness tls --listen 192.0.2.7:8883 --name broker.lab --authority lab-authority.pem
              ./harness tls --list
            """) { command, listen, name, authority, only, timeout, list, json };
        record.AddTo(tls);
        tls.SetAction((parsed, stop) =>
        {
            var chosen = Chosen(parsed.GetValue(only)!);
            if (parsed.GetValue(list))
            {
                Console.Out.WriteLine(parsed.GetValue(json) ? TlsReport.RenderJson(chosen) : TlsReport.Render(chosen));
                return Task.FromResult(ExitCodes.Pass);
            }

            var (template, address) = (parsed.GetValue(command), Address(parsed.GetValue(listen)!));
            if (template is null && address.Port == 0)
            {
                throw new FormatException("a client is named by --run COMMAND, or comes to a fixed port of --listen HOST:PORT; next: ./harness tls --help");
            }

            if (template is not null && !template.Contains("{port}", StringComparison.Ordinal) && address.Port == 0)
            {
                throw new FormatException("--run has no {port}, and the port is a free one; next: put {port} into the command, or a fixed port into --listen");
            }

            var seconds = parsed.GetValue(timeout) is > 0 and var given ? given : template is null ? SecondsOfAPerson : SecondsOfACommand;
            return RunAsync(
                new Asked(chosen, template, address, parsed.GetValue(name) ?? NameOf(address.Address), parsed.GetValue(authority) is { } file ? ProductPaths.Resolve(file) : null, TimeSpan.FromSeconds(seconds), record.Read(parsed, null), parsed.GetValue(json)), stop);
        });
        return tls;
    }

    private sealed record Asked(IReadOnlyList<TlsPresentation> Presentations, string? Run, IPEndPoint Listen, string Name, string? Authority, TimeSpan Within, RecordRequest Record, bool Json);

    private static string NameOf(IPAddress address) =>
        IPAddress.IsLoopback(address) ? "localhost" : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.ToString();

    // A presentation tells nothing without its controls.
    private static List<TlsPresentation> Chosen(string[] only) =>
        [.. TlsPresentation.All.Where(p => only.Length == 0 || only.Contains(p.Id) || TlsPresentation.All.Any(o => only.Contains(o.Id) && o.Controls.Contains(p)))];

    private static IPEndPoint Address(string typed) =>
        typed.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(typed.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + typed[9..] : typed, out var address)
            ? address : throw new FormatException($"--listen {ForeignText.Quote(typed)} is no HOST:PORT of an IP address of this machine, such as 127.0.0.1:8883");

    private static async Task<int> RunAsync(Asked asked, CancellationToken stop)
    {
        var authority = AuthorityFile.Open(asked.Authority);
        if (!IPAddress.IsLoopback(asked.Listen.Address))
        {
            StandardStreams.Error.WriteLine($"harness: warning: listening beyond this machine, on {asked.Listen}");
        }

        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, stop);
        await using var judge = new ClientTlsJudge(authority, asked.Name, asked.Listen, broker.Endpoint)
        {
            Within = asked.Within, ClientHasList = asked.Run?.Contains("{crl}", StringComparison.Ordinal) ?? false,
        };
        using var run = RecordedRun.Open(asked.Record, null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin($"the client at {judge.Endpoint}", "./harness tls", asked.Presentations.Count, kind: "device");
            var ca = run.Save("ca.pem", output => output.Write(authority.CertificatePem));
            var list = run.Save("crl.pem", output => output.Write(authority.RevocationListPem));
            var record = new TlsRecord(run, asked.Presentations.Count);
            var outcomes = await run.ConcludingAsync(() => JudgeAsync(asked, judge, (ca, list), record, stop), () => record.End(stopped: true));
            run.Save(TlsReport.FileName, output => output.Write(TlsReport.RenderMarkdown(outcomes)));
            record.End(stopped: false);
            Console.Out.WriteLine(asked.Json ? TlsReport.RenderJson(outcomes) : TlsReport.Render(outcomes));
            (asked.Json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
            return TlsReport.ExitCode(outcomes);
        });
    }

    private static async Task<IReadOnlyList<TlsOutcome>> JudgeAsync(Asked asked, ClientTlsJudge judge, (string Ca, string Crl) files, TlsRecord record, CancellationToken stop)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var words = new Dictionary<string, string>
        {
            ["host"] = asked.Name, ["port"] = judge.Endpoint.Port.ToString(CultureInfo.InvariantCulture), ["ca"] = files.Ca, ["crl"] = files.Crl, ["user"] = "probe", ["password"] = password,
        };
        var client = asked.Run is null ? null : new ClientCommand(asked.Run, password);
        var (outcomes, updating) = (new List<TlsOutcome>(), client is not null && StandardStreams.ErrorCanRewrite);
        try
        {
            foreach (var presentation in asked.Presentations)
            {
                var place = $"{outcomes.Count + 1}/{asked.Presentations.Count} {presentation.Words}";
                if (updating)
                {
                    StandardStreams.Error.Write($"{StandardStreams.EraseLine}{place}, {outcomes.Count(o => o.Verdict == TlsVerdict.Fails)} failed");
                }
                else if (client is null)
                {
                    StandardStreams.Error.WriteLine($"{place}: waiting for the client at {asked.Name}, port {judge.Endpoint.Port} (it trusts {ForeignText.Name(ProductPaths.Display(files.Ca))}) for {asked.Within.TotalSeconds:F0} s");
                }

                var outcome = await judge.JudgeAsync(presentation, _ => Task.FromResult(client?.Start(words) ?? new ClientBySomebody()), stop);
                outcomes.Add(outcome);
                record.Add(outcome);
            }
        }
        finally
        {
            if (updating)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }
        }

        if (outcomes[0].Verdict == TlsVerdict.NotJudged && client is { Printed.Length: > 0 })
        {
            StandardStreams.Error.WriteLine($"harness: the client did not log in at a valid certificate; it printed:\n{client.Printed}");
        }

        return outcomes;
    }
}
