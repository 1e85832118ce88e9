namespace Harness.Adversary.Claims.Findings;

/// <summary>The wire shows which clients talk to each other, and on which topics.</summary>
[Attack("finding-identities-in-clear", Order = 5)]
internal sealed class IdentitiesInClear : Finding
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeSets.OfPapers,
        Precondition = "An eavesdropper with a capture of one session.",
        Summary = "Reads C from CONNECT, S from the broker's AUTH, and (mqtt-present) topic and partner from the wrap.",
        Observation = "The names read are those of device, broker and partner.",
        Reference = "Sahmi et al. 2021, section 4: (C, X) and (S, Y) are sent as they are; MQTT 5 section 3.1.3.1",
        Control = "plain AugPAKE in MQTT 5, whose CONNECT and AUTH name C and S",
    };

    public override string Repair => "a one-time pseudonym for C in every session and wire topics from a keyed hash; IP, timing and lengths stay";

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var (clients, servers) = Names(testbed.Tap);
        var expectedPartner = testbed.Scheme == SchemeNames.MqttPresent;
        var wraps = testbed.Tap.Seen.Where(p => p.Direction == PacketDirection.ToClient).Select(p => p.Packet).OfType<PublishPacket>()
            .Select(p => WrapMessage.TryDecode(p.Payload.Span, out var wrap) ? wrap : null).OfType<WrapMessage>().ToArray();
        var partner = wraps.Any(w => w.Peer == testbed.Subscriber.Client && w.Topic == testbed.Topic);
        return new AttackResult(
            clients.Contains(testbed.Publisher.Client) && servers.Contains(testbed.Options.Server) && (partner || !expectedPartner),
            $"read from the capture: C = {string.Join(", ", clients)}; S = {string.Join(", ", servers)}{(expectedPartner ? $"; partner and topic: {partner}" : "")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => WeakenedHandshakeTarget.UseAsync(
        controls, Weakness.None, null,
        async target =>
        {
            await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
            var (clients, servers) = Names(target.Tap);
            return new AttackResult(clients.Contains(target.Client) && servers.Contains(target.Server), $"C = {string.Join(", ", clients)}; S = {string.Join(", ", servers)}");
        },
        cancellationToken);

    private static (IReadOnlySet<string> Clients, IReadOnlySet<string> Servers) Names(Tap tap)
    {
        var clients = tap.Seen.Select(p => p.Packet).OfType<ConnectPacket>().Select(p => p.ClientId).ToHashSet();
        return clients.Count == 0
            ? throw new InconclusiveException("captured login", "a CONNECT at the tap", "none")
            : (clients, tap.Values(PacketField.ServerName).Select(Encoding.UTF8.GetString).ToHashSet());
    }
}
