using Harness.Adversary.Claims.UserAnonymity;

namespace Harness.Adversary.Claims.Tls;

/// <summary>Records are altered, doubled or put into another session on the way.</summary>
internal abstract class TlsRecordAttack : TlsAttack
{
    protected static AttackDescription Describe(Cell cell, string summary, string observation) => new()
    {
        Cell = cell,
        Schemes = SchemeSets.Tls,
        Precondition = "on the wire between a device and the broker; holds no key",
        Summary = summary,
        Observation = observation,
        Reference = "RFC 8446 section 5.2 (record protection), 5.3 (per-record nonce)",
        Control = Plain,
    };

    /// <summary>Publishes while the wire does something; whether it is acknowledged does not matter.</summary>
    protected static async Task PublishAsync(TlsScene scene, byte[] reading, CancellationToken cancellationToken)
    {
        try
        {
            await scene.Testbed.Publisher.RequiredSession.PublishAsync(scene.Testbed.Topic, reading, QualityOfService.AtMostOnce, retain: false, cancellationToken).ConfigureAwait(false);
            await scene.Testbed.Publisher.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SessionException or InvalidOperationException)
        {
            // The broker's end refused the record and closed.
        }
    }
}

/// <summary>A bit of a message's record is turned, at both ends of the record.</summary>
internal abstract class TlsAlteredRecord : TlsRecordAttack
{
    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        var tried = 0;
        foreach (var fromEnd in (int[])[1, 5, 20])
        {
            await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
            await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
            var reading = Encoding.ASCII.GetBytes($"valve {fromEnd} shut  at 0471 hPa now ok");
            var altered = 0;
            scene.PublisherWire.Alter = came =>
            {
                if (came.Direction != PacketDirection.ToBroker || came.Bytes.Length < reading.Length || Interlocked.Exchange(ref altered, 1) != 0)
                {
                    return came.Bytes;
                }

                var bytes = came.Bytes.ToArray();
                bytes[PlaceIn(bytes, reading, fromEnd)] ^= 1;
                return bytes;
            };
            await PublishAsync(scene, reading, cancellationToken).ConfigureAwait(false);
            scene.PublisherWire.Alter = null;
            if (altered == 0)
            {
                throw new InconclusiveException("altered record", "one on the wire", "none");
            }

            tried++;
            var read = await scene.Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            if (read.FirstOrDefault(m => m.Plaintext is { } p && !p.Span.SequenceEqual(reading)) is { } forged)
            {
                return AttackResult.Win($"the subscriber took {PayloadTraffic.Quote(forged.Plaintext!.Value.Span)}, which was never sent");
            }
        }

        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"{tried} altered records reached nobody; after them the untouched one did");
    }

    // Where the text is seen it is altered itself; else the first record, which is the message's: others may have come in the same read.
    private static int PlaceIn(byte[] bytes, byte[] reading, int fromEnd)
    {
        const int Header = 5;
        if (bytes.AsSpan().IndexOf(reading) is var at and >= 0)
        {
            return at + reading.Length - fromEnd;
        }

        var end = bytes.Length > Header ? Math.Min(bytes.Length, Header + System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(3))) : bytes.Length;
        return end - fromEnd;
    }
}

/// <summary>For the row of the man in the middle.</summary>
[Attack("mitm-tls-altered-record", Order = 52)]
internal sealed class TlsAlteredRecordInTheMiddle : TlsAlteredRecord
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.ManInTheMiddle, "data"), "turns one bit of the record of a message, in three places, each in a session of its own", "the subscriber reports a text that the publisher never sent");
}

/// <summary>For the row of integrity.</summary>
[Attack("di-tls-altered-record", Order = 51)]
internal sealed class TlsAlteredRecordOnTheWire : TlsAlteredRecord
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.DataIntegrity, "wire"), "turns one bit of the record of a message, in three places, each in a session of its own", "the subscriber reads what the publisher never sent");
}

/// <summary>A message's record comes again in its session, or in the next.</summary>
internal abstract class TlsRepeatedRecord : TlsRecordAttack
{
    protected abstract bool InTheNextSession { get; }

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        var before = scene.PublisherWire.Capture.Count;
        var reading = Encoding.ASCII.GetBytes("valve 7 open  at 0999 hPa now ok");
        await PublishAsync(scene, reading, cancellationToken).ConfigureAwait(false);
        var record = scene.PublisherWire.Capture.Skip(before).FirstOrDefault(c => c.Direction == PacketDirection.ToBroker && c.Bytes.Length >= reading.Length)?.Bytes
            ?? throw new InconclusiveException("recorded message", "one on the wire", "none");
        if ((await scene.Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false)).Count(m => PayloadTraffic.Carries(m, reading)) != 1)
        {
            throw new InconclusiveException("honest message", "read once by the subscriber", "another number");
        }

        if (InTheNextSession)
        {
            await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        }

        await scene.PublisherWire.InjectAsync(scene.PublisherWire.Latest, PacketDirection.ToBroker, record, cancellationToken).ConfigureAwait(false);
        await PublishAsync(scene, Encoding.ASCII.GetBytes("valve 8 shut"), cancellationToken).ConfigureAwait(false);
        var again = (await scene.Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false)).Count(m => PayloadTraffic.Carries(m, reading));
        return new AttackResult(again > 0, $"{record.Length} bytes of a record sent again{(InTheNextSession ? " in the next session" : "")}: read {again} times more");
    }
}

/// <summary>In the same session.</summary>
[Attack("replay-tls-record", Order = 52)]
internal sealed class TlsReplayedRecord : TlsRepeatedRecord
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.Replay, "session"), "sends the record of a delivered message to the broker again, in the same session", "the subscriber reads the message a second time");

    protected override bool InTheNextSession => false;
}

/// <summary>In the next session.</summary>
[Attack("replay-tls-record-across-sessions", Order = 53)]
internal sealed class TlsReplayedRecordAcrossSessions : TlsRepeatedRecord
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.Replay, "sessions"), "sends the record of a delivered message to the broker again after both have logged in anew", "the subscriber reads the message a second time");

    protected override bool InTheNextSession => true;
}

/// <summary>Pieces of readings are looked for on both wires.</summary>
[Attack("dc-tls-plaintext-on-the-wire", Order = 51)]
internal sealed class TlsPlaintextOnTheWire : TlsAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.Tls,
        Precondition = "a capture of both connections from the login on",
        Summary = "looks for any 8 bytes of 4 readings: raw, in hex and in base64",
        Observation = "a piece of a reading stands in the capture",
        Reference = "RFC 8446 section 5.2",
        Control = Plain,
    };

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        var readings = new List<byte[]>();
        for (var i = 0; i < 4; i++)
        {
            readings.Add(await scene.DeliverAsync(cancellationToken).ConfigureAwait(false));
        }

        IReadOnlyList<CapturedBytes> capture = [.. scene.PublisherWire.Capture, .. scene.SubscriberWire.Capture.Select(c => c with { Connection = c.Connection + 1000 })];
        var findings = new PlaintextScan(readings).Scan(capture);
        return new AttackResult(findings.Count > 0, $"{findings.Count} findings in {capture.Sum(c => c.Bytes.Length)} bytes of both connections");
    }
}

/// <summary>Two sessions of one device and one of another are compared.</summary>
[Attack("ua-tls-two-sessions", Order = 51)]
internal sealed class TlsTwoSessions : TlsAttack
{
    private const int Sessions = 4;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeSets.Tls,
        Precondition = "an eavesdropper with a capture; addresses, ports, timing and lengths are excluded and not looked at. No resumption; TLS 1.3 where there are certificates, 1.2 with a key",
        Summary = "captures four sessions of the publisher and as many of the subscriber, and looks for what links the publisher's",
        Observation = "6 or more bytes that stand in every session of one client and in none of the other's",
        Reference = "RFC 8446 section 4.4 (certificates are encrypted); MQTT 5 section 3.1.3.1 (ClientId)",
        Control = Plain,
    };

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        // Constant bytes beside one that is random agree by chance in one of 256 pairs of sessions; not in four sessions in a row.
        HashSet<long>? linking = null;
        var seen = 0;
        for (var session = 0; session < Sessions; session++)
        {
            var before = scene.PublisherWire.Capture.Count;
            await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
            var windows = Windows([.. scene.PublisherWire.Capture.Skip(before)]);
            seen += windows.Count;
            linking = linking is null ? windows : [.. linking.Intersect(windows)];
        }

        linking!.ExceptWith(Windows(scene.SubscriberWire.Capture));
        return new AttackResult(linking.Count > 0, linking.Count == 0
            ? $"none of {seen} strings of {LinkScan.MinimumPieceLength} bytes stands in all {Sessions} sessions of the publisher alone; addresses, ports, timing and lengths were not looked at"
            : $"{linking.Count} strings of {LinkScan.MinimumPieceLength} bytes stand in all {Sessions} sessions of the publisher and in none of the other device's");
    }

    // What records hold: their headers are lengths, which are not looked at. Anything else as it is.
    private static IEnumerable<byte[]> Pieces(byte[] bytes)
    {
        const int Header = 5;
        var at = 0;
        while (bytes.Length - at > Header && bytes[at] is >= 20 and <= 23 && bytes[at + 1] == 3)
        {
            var end = Math.Min(bytes.Length, at + Header + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 3)));
            yield return bytes[(at + Header)..end];
            at = end;
        }

        yield return bytes[at..];
    }

    private static HashSet<long> Windows(IReadOnlyList<CapturedBytes> capture)
    {
        var windows = new HashSet<long>();
        foreach (var way in capture.GroupBy(c => (c.Connection, c.Direction)))
        {
            foreach (var piece in Pieces([.. way.SelectMany(c => c.Bytes.ToArray())]))
            {
                for (var i = 0; i + LinkScan.MinimumPieceLength <= piece.Length; i++)
                {
                    windows.Add(piece.AsSpan(i, LinkScan.MinimumPieceLength).ToArray().Aggregate(0L, (sum, b) => (sum << 8) | b));
                }
            }
        }

        return windows;
    }
}

/// <summary>An attack by whoever is inside: TLS ends at the broker. The control runs on the same in this process, as nothing there is weaker.</summary>
internal abstract class TlsInsideAttack : TlsAttack
{
    protected override TlsWeakness ControlWeakness => TlsWeakness.None;

    protected static AttackDescription Describe(Cell cell, string precondition, string summary, string observation) => new()
    {
        Cell = cell,
        Schemes = SchemeSets.Tls,
        Precondition = precondition,
        Summary = summary,
        Observation = observation,
        Reference = "RFC 8446 protects the connection alone, which ends at the broker; MQTT 5 section 5.4.2 (authorization is the server's)",
        Control = "the scheme itself, in this process: nobody inside is kept out of anything",
    };
}

/// <summary>The broker reads.</summary>
[Attack("dp-tls-curious-broker", Order = 51)]
internal sealed class TlsCuriousBroker : TlsInsideAttack
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.DataPrivacy), "the broker's own state", "reads the payload of a message that passes through it", "the right plaintext");

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
        var seen = scene.BrokersView.Values(PacketField.Payload(PacketDirection.ToBroker, scene.Testbed.Topic));
        return new AttackResult(seen.Any(p => p.AsSpan().SequenceEqual(reading)), $"of {seen.Count} payloads inside its end of TLS the broker reads {PayloadTraffic.Quote(reading)}");
    }
}

/// <summary>The broker makes a message up.</summary>
[Attack("di-tls-broker-forges", Order = 52)]
internal sealed class TlsBrokerForgery : TlsInsideAttack
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.DataIntegrity, "broker"), "the broker's own state", "sends the subscriber a message of its own making", "the subscriber takes it, though the publisher never sent it");

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
        var forged = "valve 9 open, made by the broker"u8.ToArray();
        await scene.Testbed.Broker.PublishAsync(scene.Testbed.Topic, forged, scene.Testbed.Subscriber.Client, cancellationToken).ConfigureAwait(false);
        var read = await scene.Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return new AttackResult(read.Any(m => PayloadTraffic.Carries(m, forged)), $"the subscriber: {PayloadTraffic.Describe(read)}");
    }
}

/// <summary>Another account publishes on the publisher's topic.</summary>
internal abstract class TlsInsiderPublishes : TlsInsideAttack
{
    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
        var insider = await scene.InsiderAsync(cancellationToken).ConfigureAwait(false);
        var forged = "valve 9 open, made by an insider"u8.ToArray();
        await insider.PublishAsync(scene.Testbed.Topic, forged, cancellationToken).ConfigureAwait(false);
        var read = await scene.Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return new AttackResult(read.Any(m => PayloadTraffic.Carries(m, forged)), $"the subscriber: {PayloadTraffic.Describe(read)}");
    }
}

/// <summary>For the row of integrity.</summary>
[Attack("di-tls-insider", Order = 53)]
internal sealed class TlsInsiderForgery : TlsInsiderPublishes
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.DataIntegrity, "insider"), "a valid account", "publishes a message on the publisher's topic", "the subscriber takes it for the publisher's");
}

/// <summary>For the row of authorization.</summary>
[Attack("a-tls-publish-without-grant", Order = 51)]
internal sealed class TlsPublishWithoutGrant : TlsInsiderPublishes
{
    public override AttackDescription Description { get; } =
        Describe(new(Claim.Authorization, "grant"), "a valid account that nobody granted anything", "publishes on the publisher's topic in its own name", "the subscriber takes it");
}

/// <summary>A message proves nothing about its maker to anybody else.</summary>
[Attack("nr-tls-subscriber-forges", Order = 51)]
internal sealed class TlsSubscriberForgery : TlsInsideAttack
{
    public override AttackDescription Description { get; } = Describe(
        new(Claim.NonRepudiation), "a subscriber that received one genuine message, and a judge who is shown what it holds", "makes the bytes of a text that the publisher never sent",
        "what it made differs in nothing but the text from what it received, as nothing in a message depends on a key of the publisher's");

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await scene.DeliverAsync(cancellationToken).ConfigureAwait(false);
        var received = scene.BrokersView.Values(PacketField.Payload(PacketDirection.ToClient, scene.Testbed.Topic));
        var made = (await scene.Testbed.Subscriber.Party.SealAsync(scene.Testbed.Topic, reading, cancellationToken).ConfigureAwait(false)).Value;
        return new AttackResult(
            received.Any(p => p.AsSpan().SequenceEqual(made)), $"what the subscriber makes of {PayloadTraffic.Quote(reading)} is byte for byte what it received");
    }
}
