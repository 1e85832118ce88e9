namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>Registration as MQTT-PRESENT publishes it: (C, W) on the wire.</summary>
internal static class Registration
{
    private const byte Version = 1;

    /// <summary>A testbed whose broker takes registrations. The publisher's account is expected to come by one.</summary>
    public static AttackTestbedOptions Prepare(AttackTestbedOptions options) => options.WithBroker(o => o with { AsPublishedRegistration = true, AllowAnonymous = true });

    /// <summary>Registers the publisher through the tap, whose account was forgotten.</summary>
    /// <exception cref="InconclusiveException">The group cannot be registered, or the broker did not take it.</exception>
    public static async Task SendAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var device = testbed.Publisher;
        var method = AugPakeMethod.Of(testbed.Options.Profile, testbed.Options.Group);
        testbed.Broker.Accounts.Remove(device.Client, method);
        try
        {
            await WireRegistration.RunAsync(device.Party, testbed.SessionOptions(device.Identity, null), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException)
        {
            throw new InconclusiveException("registration", "to go through", e.Message, inner: e);
        }

        if (testbed.Broker.Accounts.Find(device.Client, method) is null)
        {
            throw new InconclusiveException("registration", $"an account of {device.Client} for {method}", "none");
        }
    }

    /// <summary>(C, W) of every registration that came by a tap.</summary>
    public static IReadOnlyList<(string Client, byte[] Verifier)> Sniff(Tap tap) =>
        [.. tap.Seen.Where(p => p.Direction == PacketDirection.ToBroker).Select(p => p.Packet).OfType<PublishPacket>()
            .Where(p => p.Topic.Split('/') is [PrivateTopics.Root, _, "reg"] && p.Payload is { IsEmpty: false, Span: [Version, ..] })
            .Select(p => (Encoding.UTF8.GetString(Convert.FromHexString(p.Topic.Split('/')[1])), p.Payload[1..].ToArray()))];

    /// <summary>A payload of a registration on the way to the broker.</summary>
    public static PacketField Message(string client) => PacketField.Payload(PacketDirection.ToBroker, PrivateTopics.Registration(client));
}
