namespace Harness.Adversary.Claims.Tls;

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
