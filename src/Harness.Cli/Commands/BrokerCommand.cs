using Harness.Cli.Commands.Brokers;
using Harness.Mqtt.Broker;
using Harness.Schemes.Hardened;
using Harness.Schemes.Scram;
using Harness.Sessions.Broker;
using Harness.Sessions.Pseudonyms;

namespace Harness.Cli.Commands;

/// <summary><c>harness broker</c>: runs the embedded broker alone, for the user's own clients.</summary>
internal static class BrokerCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "TCP port; 0 takes a free one", DefaultValueFactory = _ => 1883 };
        var address = new Option<string>("--address") { Description = "address to listen on; others than loopback are said loudly", DefaultValueFactory = _ => "127.0.0.1" };
        var accounts = new Option<string?>("--accounts") { Description = "account file (./harness enroll makes its items)" };
        var server = new Option<string>("--server-name") { Description = "S, the broker's name in every handshake, 1 to 64 bytes without control characters", Required = true };
        var scheme = new Option<string>("--scheme")
        {
            Description = "mqtt-present: hands out traffic keys; augmqtt: opens payloads and seals them for each subscriber; mqtt-auth: that, and tokens decide who publishes and reads; hardened: carries what it cannot read, between clients under pseudonyms; scram: SCRAM-SHA-256 in place of AugPAKE, payloads pass as they are; password: user name (the ClientId) and password in CONNECT, judged by the same accounts",
            DefaultValueFactory = _ => SchemeNames.MqttPresent,
        };
        scheme.AcceptOnlyFromAmong([.. SchemeNames.OfBroker]);
        var cipher = new Option<string>("--pair-cipher") { Description = "cipher of the hardened scheme: " + string.Join(" or ", HardenedCipher.All), DefaultValueFactory = _ => HardenedCipher.PresentEax.Name };
        cipher.AcceptOnlyFromAmong([.. HardenedCipher.All.Select(c => c.Name)]);
        var bits = new Option<int>("--key-bits") { Description = "PRESENT key size of the pairs, 80 or 128", DefaultValueFactory = _ => 128 };
        var anonymous = new Option<bool>("--allow-anonymous") { Description = "also accept clients without AugPAKE, MQTT 3.1.1 among them" };
        var registration = new Option<bool>("--as-published-registration") { Description = "accept (C, W) over the wire as the MQTT-PRESENT paper prints it: anyone who sees W can play the broker" };
        var keepAlive = new Option<int?>("--server-keep-alive") { Description = "longest keep-alive in seconds, 1 to 65535: an MQTT 5 client that asks for a longer one or none is told this one (default: the client's)" };
        var kind = new Option<string>("--kind") { Description = "the MQTT broker underneath: embedded (this project's own) or mqttnet (MQTTnet's server)", DefaultValueFactory = _ => "embedded" };
        kind.AcceptOnlyFromAmong("embedded", "mqttnet");
        var connections = new Option<int>("--max-connections") { Description = "clients at once; one more is refused", DefaultValueFactory = _ => SecureBrokerOptions.DefaultConnections };
        connections.Validators.Add(CommandHost.Between(1, 100_000));
        var calm = new Option<bool>("--no-busy-wait") { Description = "sleep between any two packets: slower by some 20 µs each, and no processor is taken where many come" };
        var forbid = new Option<string[]>("--forbid") { Description = "topic filter to which nobody may subscribe (SUBACK 0x80) and under which nobody is sent a message; may be given again", DefaultValueFactory = _ => [] };
        var command = new Command("broker",
            """
            Serves MQTT 5 with enhanced authentication (AugPAKE, SCRAM-SHA-256) until Ctrl-C. One line a login on stdout; keys only as fingerprints, names in
            quotation marks with \u{...} for what is not shown as it is. Where nobody reads, lines are dropped and counted; no login waits.

            Examples:
              ./harness broker --port 1883 --accounts accounts.yaml --server-name lab-broker
              ./harness broker --port 0 --accounts accounts.yaml --server-name lab-broker --allow-anonymous
              ./harness broker --accounts accounts.yaml --server-name lab-broker --scheme augmqtt
              ./harness broker --accounts accounts.yaml --server-name lab-broker --scheme hardened --pair-cipher ascon-aead128
              ./harness broker --accounts accounts.yaml --server-name lab-broker --scheme scram
              ./harness broker --port 0 --server-name lab-broker --allow-anonymous --server-keep-alive 60 --forbid test/nosubscribe
              ./harness broker --port 0 --server-name lab-broker --allow-anonymous --kind mqttnet
              ./harness broker --port 0 --server-name lab-broker --allow-anonymous --no-busy-wait

            The account file is read once, at the start. Offered to any client: QoS 0, 1 and 2, retained messages, wills, session and message expiry,
            shared subscriptions, subscription identifiers, topic aliases. Not offered: TLS, WebSocket; user names and passwords are judged under --scheme password alone; nothing is kept over a
            restart, but under hardened the pseudonyms that were used, in ACCOUNTS.used.

            Where packets come more often than once a millisecond and the machine has several processors, the thread that waits for them does not sleep between them: it takes a
            processor for as long as they come. --no-busy-wait lets it sleep.

            A message that had to be dropped, a reader that stalled and connections that were refused get a line too: whose they were and how many.
            Under augmqtt and mqtt-auth one line a refused payload or token request too. augmqtt runs as described, mqtt-auth as reconstructed: their
            full texts were not at hand (MQTT-Auth's is public: doi 10.24138/jcomss.v14i4.604).
            """) { port, address, accounts, server, scheme, bits, cipher, anonymous, registration, keepAlive, kind, connections, forbid, calm };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(port), parsed.GetValue(address)!, parsed.GetValue(accounts), parsed.GetValue(server)!, parsed.GetValue(scheme)!, parsed.GetValue(bits),
            HardenedCipher.ByName(parsed.GetValue(cipher)!), parsed.GetValue(anonymous), parsed.GetValue(registration),
            parsed.GetValue(keepAlive), parsed.GetValue(kind)!, parsed.GetValue(connections), parsed.GetValue(forbid)!,
            parsed.GetValue(calm) ? SocketWaiting.Sleeping : SocketWaiting.Busy, stop));
        return command;
    }

    private static async Task<int> RunAsync(
        int port, string address, string? accounts, string server, string scheme, int bits, HardenedCipher cipher, bool anonymous, bool registration,
        int? keepAlive, string kind, int connections, string[] forbidden, SocketWaiting waiting, CancellationToken stop)
    {
        SocketThreads.HandleWhatComes();
        if (!IPAddress.TryParse(address, out var listen))
        {
            return Usage($"--address '{address}' is no IP address");
        }

        if (port is < 0 or > 65535)
        {
            return Usage($"--port {port} is no TCP port");
        }

        if (bits is not (80 or 128))
        {
            return Usage($"--key-bits {bits}: PRESENT has keys of 80 or 128 bits");
        }

        if (keepAlive is <= 0 or > ushort.MaxValue)
        {
            return Usage($"--server-keep-alive {keepAlive}: 1 to 65535 seconds");
        }

        if (forbidden.FirstOrDefault(f => !TopicFilter.IsValid(f) || TopicFilter.IsShared(f)) is { } invalid)
        {
            return Usage($"--forbid {ForeignText.Quote(invalid)} is no topic filter");
        }

        try
        {
            ServerName.Check(server);
        }
        catch (ArgumentException e)
        {
            return Usage($"--server-name: {e.Message}");
        }

        if (accounts is null && !anonymous && !registration)
        {
            return Usage("without --accounts nobody could log in");
        }

        var file = accounts is null ? null : AccountFile.Load(accounts, server);
        foreach (var warning in file?.Warnings ?? [])
        {
            Console.Error.WriteLine($"harness: warning: {warning}");
        }

        var hardened = scheme == SchemeNames.Hardened;
        if (hardened && file?.Accounts.Any(a => a.PseudonymSecret is not null) != true)
        {
            return Usage($"scheme {scheme} knows clients by their pseudonyms, and no account has any (./harness enroll --profile framed --pseudonyms makes one)");
        }

        if (SchemeNames.WithoutKey.Contains(scheme) && (file?.ScramAccounts.Count ?? 0) == 0)
        {
            return Usage($"scheme {scheme} has accounts of its own, and the file holds none (./harness enroll --method {ScramClient.Method} makes one)");
        }

        if (file is { Pairs.Count: > 0 } && scheme is not (SchemeNames.MqttPresent or SchemeNames.Hardened))
        {
            Console.Error.WriteLine($"harness: warning: {accounts} names pairs, which only {SchemeNames.MqttPresent} and {SchemeNames.Hardened} have; under {scheme} they mean nothing");
        }

        if (!IPAddress.IsLoopback(listen))
        {
            Console.Error.WriteLine($"harness: warning: listening beyond this machine, on {listen}; the handshake is safe there, names and topics are readable");
        }

        // Declared before the broker, so that it ends after it. A slow reader of the log never delays a login.
        using var log = new LogLines(Console.Out, Console.Error);
        using var used = hardened ? PseudonymLog.Open(accounts + ".used") : null;
        try
        {
            await using var broker = await SecureBroker.StartAsync(
                new SecureBrokerOptions
                {
                    ServerName = server, Scheme = scheme, Accounts = file?.Accounts ?? [], ScramAccounts = file?.ScramAccounts ?? [], Pairs = file?.Pairs ?? [], KeyBits = bits, Address = listen, Port = port,
                    AllowAnonymous = anonymous, AsPublishedRegistration = registration, PairCipher = cipher, StorePseudonym = used is null ? null : used.Store,
                    Pseudonyms = hardened ? [.. Pseudonyms(file!, used!)] : [],
                    ServerKeepAliveSeconds = (ushort?)keepAlive, ForbiddenFilters = forbidden, MaximumConnections = connections,
                    StartBroker = kind == "mqttnet" ? MqttNetBroker.StartAsync : async (options, token) => await MqttBroker.StartAsync(options with { Waiting = waiting }, token),
                },
                stop);
            broker.LoginEnded += login => log.Write(
                $"{login.At:HH:mm:ss} {ForeignText.Quote(login.Client)} {login.Method} {login.Outcome}{(login.Fingerprint is null ? "" : " fp=" + login.Fingerprint)}");
            broker.PseudonymReused += reuse => log.Write(
                $"{reuse.At:HH:mm:ss} {ForeignText.Quote(reuse.Client)} pseudonym {reuse.Attempt} came again: a repeated login, or a clone of the device");
            broker.PayloadJudged += judged =>
            {
                if (!judged.Accepted)
                {
                    log.Write($"{judged.At:HH:mm:ss} {ForeignText.Quote(judged.Client)} {ForeignText.Quote(judged.Topic)} refused: {judged.Reason}");
                }
            };
            var limits = new LimitNotices(notice => log.Write($"{DateTime.UtcNow:HH:mm:ss} {notice.Words}"));
            broker.LimitReached += limits.Add;
            log.Write($"listening on {broker.Endpoint} as {server}, scheme {Labelled(scheme)}, {(SchemeNames.WithoutKey.Contains(scheme) ? file?.ScramAccounts.Count : file?.Accounts.Count) ?? 0} accounts"
                + $"{(file is null ? "" : " as the file is now (start anew after a change)")}; Ctrl-C ends it");
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            limits.End();
        }
        catch (SocketException e)
        {
            Console.Error.WriteLine($"harness: cannot listen on {listen}:{port}: {e.Message}; next: ss -ltnp 'sport = :{port}', or --port 0");
            return ExitCodes.RigBroken;
        }

        return ExitCodes.Pass;
    }

    private static IEnumerable<PseudonymAccount> Pseudonyms(AccountFile file, PseudonymLog used) =>
        from account in file.Accounts
        where account.PseudonymSecret is not null
        group account by account.Client into client
        select new PseudonymAccount(client.Key, client.First().PseudonymSecret!.Value, used.NextOf(client.Key));

    private static string Labelled(string scheme) => SchemeNames.Label(scheme) is { Length: > 0 } label ? $"{scheme} ({label})" : scheme;

    private static int Usage(string text)
    {
        Console.Error.WriteLine($"harness: {text}; next: ./harness broker --help");
        return ExitCodes.Usage;
    }
}
