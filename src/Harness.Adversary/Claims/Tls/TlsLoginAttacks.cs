namespace Harness.Adversary.Claims.Tls;

/// <summary>Brokers with certificates that a device must not take.</summary>
[Attack("ma-tls-certificates", Order = 51)]
internal sealed class TlsCertificates : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.TlsCertificate,
        Precondition = "the device connects to the adversary's broker, which has no certificate of the lab's authority for the broker's name that is valid now",
        Summary = "shows, under TLS 1.3 and 1.2, a certificate of its own making, of another authority, of another name, one that is over and one that has not begun",
        Observation = "the device sends its CONNECT",
        Reference = "RFC 8446 section 4.4.2; RFC 9325 section 5.1; MQTT 5 section 5.4.5",
        Control = "a device that takes any certificate",
    };

    protected override TlsWeakness ControlWeakness => TlsWeakness.ChecksNothing;

    public override Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken) => UnderBothVersionsAsync(scene, cancellationToken);

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        using var other = new LabCertificates();
        (string Words, System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate)[] bad =
        [
            ("self-signed", scene.Certificates.SelfSigned(TlsScene.BrokerName)),
            ("another authority", other.Issue(TlsScene.BrokerName)),
            ("another name", scene.Certificates.Issue("elsewhere.test")),
            ("over", scene.Certificates.Issue(TlsScene.BrokerName, -30, -1)),
            ("not begun", scene.Certificates.Issue(TlsScene.BrokerName, 1, 30)),
        ];
        var seen = new List<string>();
        foreach (var (words, certificate) in bad)
        {
            var (endpoint, passwords) = await scene.RogueAsync(TlsEnds.Server(certificate, scene.Protocols), cancellationToken).ConfigureAwait(false);
            var end = await scene.TryLogInAsync(scene.Testbed.Publisher, cancellationToken, endpoint).ConfigureAwait(false);
            if (passwords.Count > 0)
            {
                return AttackResult.Win($"a certificate that is {words}: the device sent its CONNECT ({end.Seen})");
            }

            seen.Add(words);
        }

        // The refusals were for the certificates: with the right one the same device logs in.
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"under {scene.Protocols} no byte of a login went to certificates that are {string.Join(", ", seen)}; the right one was taken");
    }
}

/// <summary>A login over TLS with a password that is not the device's.</summary>
[Attack("ma-tls-wrong-password", Order = 52)]
internal sealed class TlsWrongPassword : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.TlsPassword,
        Precondition = "knows the user's name, but not the password; TLS itself is anybody's",
        Summary = "logs in over TLS in the device's name with a wrong password",
        Observation = "the broker sends CONNACK 0x00",
        Reference = "MQTT 5 section 5.4.1",
        Control = "a broker whose account has that very password",
    };

    public override Task<AttackResult> RunOnControlAsync(AttackScene scene, CancellationToken cancellationToken) => TlsScene.UseAsync(
        scene, TlsWeakness.None,
        opened =>
        {
            opened.Testbed.ReplaceAccount(opened.Testbed.Publisher, "not the password");
            return EnterAsync(opened, cancellationToken);
        },
        cancellationToken);

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        return await EnterAsync(scene, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<AttackResult> EnterAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        scene.Testbed.Publisher.UsePassword("not the password");
        var end = await scene.TryLogInAsync(scene.Testbed.Publisher, cancellationToken).ConfigureAwait(false);
        return new AttackResult(end.Succeeded, $"a wrong password over TLS: {end.Seen}");
    }
}

/// <summary>TLS to the device and TLS to the broker, with the adversary between.</summary>
[Attack("mitm-tls-two-connections", Order = 51)]
internal sealed class TlsTwoConnections : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.Tls,
        Precondition = "stands between the device and the broker; has a certificate of its own making with the broker's name, or a key of its own",
        Summary = "ends the device's TLS itself, opens another one to the broker, and carries everything on between the two",
        Observation = "the device is logged in at the broker, and its CONNECT went through the adversary's hands",
        Reference = "RFC 8446 appendix E.1; RFC 9325 section 5.1",
        Control = "ends that take any certificate, or a key that the whole lab has",
    };

    protected override TlsWeakness ControlWeakness => TlsWeakness.ChecksNothing;

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var man = scene.Own(TlsRelay.Start(scene.BrokerEnd.Endpoint, scene.FalseBrokerEnd(), scene.FalseDeviceEnd(scene.Testbed.Publisher.Client)));
        var end = await scene.TryLogInAsync(scene.Testbed.Publisher, cancellationToken, man.Endpoint).ConfigureAwait(false);
        if (man.Latest == 0)
        {
            throw new InconclusiveException("man in the middle", "a connection of the device", end.Seen);
        }

        var inside = man.Capture.Sum(c => c.Bytes.Length);
        return new AttackResult(end.Succeeded && inside > 0, $"login of the device through two TLS connections: {end.Seen}; {inside} bytes seen inside");
    }
}

/// <summary>A capture of one login is searched for the password.</summary>
[Attack("opg-tls-captured-login", Order = 51)]
internal sealed class TlsCapturedLogin : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.TlsSecret,
        Precondition = "an eavesdropper with a capture of one login",
        Summary = "looks for the password, or the key that it is, in the capture, raw, in hex and in base64; there is nothing else that a guess could be tried against",
        Observation = "the password, or 8 bytes of it, stands in the capture",
        Reference = "RFC 8446 section 1 (confidentiality)",
        Control = Plain,
    };

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        var capture = scene.PublisherWire.Capture;
        var publisher = scene.Testbed.Publisher;
        var findings = new PlaintextScan(scene.Credential == TlsCredential.Key && scene.Weakness != TlsWeakness.NoTls ? scene.KeyOf(publisher.Client)! : Encoding.UTF8.GetBytes(publisher.Identity.Password)).Scan(capture);
        return new AttackResult(findings.Count > 0, $"{findings.Count} pieces of the password in {capture.Sum(c => c.Bytes.Length)} bytes of a login");
    }
}

/// <summary>The bytes that a device sent in one login are sent again.</summary>
[Attack("replay-tls-login", Order = 51)]
internal sealed class TlsReplayedLogin : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.Tls,
        Precondition = "a capture of what one device sent in a login, and a socket of its own",
        Summary = "sends the same bytes to the broker on a new connection",
        Observation = "the broker accepts a second login of that name",
        Reference = "RFC 8446 section 4.1.3 (Random), 7.4 (key shares)",
        Control = Plain,
    };

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        await scene.Testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        int Accepted() => scene.Testbed.Broker.Logins.Records.Count(l => l.Client == scene.Testbed.Publisher.Client && l.Outcome == LoginOutcome.Accepted);
        var before = Accepted();
        byte[] sent = [.. scene.PublisherWire.Capture.Where(c => c.Direction == PacketDirection.ToBroker).SelectMany(c => c.Bytes.ToArray())];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(scene.Testbed.Options.Timeout);
        byte[] answer;
        try
        {
            answer = await UnauthenticatedClient.SendAsync(scene.BrokerEnd.Endpoint, sent, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException("replayed login", "the broker's end to close", "it stayed open", inner: e);
        }

        return new AttackResult(Accepted() > before, $"{sent.Length} replayed bytes got {answer.Length} bytes and {Accepted() - before} accepted logins");
    }
}
