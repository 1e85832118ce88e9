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
