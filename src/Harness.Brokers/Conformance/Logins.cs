namespace Harness.Brokers.Conformance;

/// <summary>The outcome of a login by one version of MQTT.</summary>
/// <param name="Version">The version.</param>
/// <param name="Came">True where a client came in.</param>
/// <param name="RefusesVersion">True where the broker refused the version itself, and not this client or at this time.</param>
/// <param name="Seen">The broker's answer, in words.</param>
internal sealed record Login(MqttVersion Version, bool Came, bool RefusesVersion, string Seen)
{
    private const byte UnacceptableLevel = 0x01; // of 3.1.1

    /// <summary>Tells whether a code of CONNACK refuses the version itself, in the form of either version.</summary>
    public static bool RefusesTheVersion(byte? code) => code is (byte)ReasonCode.UnsupportedProtocolVersion or UnacceptableLevel;

    /// <summary>Logs in by each version.</summary>
    public static async Task<IReadOnlyList<Login>> AllAsync(BrokerUnderTest broker, CancellationToken cancellationToken) =>
        [await AskAsync(broker, MqttVersion.V311, cancellationToken).ConfigureAwait(false), await AskAsync(broker, MqttVersion.V5, cancellationToken).ConfigureAwait(false)];

    /// <summary>The finding on every statement of a version; null where its statements can be tried.</summary>
    /// <remarks>Absent is what nobody offers, so it takes a refusal of the version and a client that comes in by the other. A broker that was slow, full or reset a connection may well speak it.</remarks>
    public static Finding? Without(IReadOnlyList<Login> logins, MqttVersion version)
    {
        var asked = logins.First(l => l.Version == version);
        return asked.Came ? null
            : asked.RefusesVersion && logins.Any(l => l.Came) ? Finding.Absent($"no client comes in by MQTT {Statement.NameOf(version)} ({asked.Seen}), though one does by the other version")
            : Finding.NotDecided($"no client came in by MQTT {Statement.NameOf(version)}: {asked.Seen}");
    }

    /// <summary>Logs in, and once more where that fails: the first login may find a broker that is not warm yet, and one close says nothing about the version.</summary>
    private static async Task<Login> AskAsync(BrokerUnderTest broker, MqttVersion version, CancellationToken cancellationToken)
    {
        var first = await TryAsync(broker, version, cancellationToken).ConfigureAwait(false);
        if (first.Came || first.RefusesVersion)
        {
            return first;
        }

        var second = await TryAsync(broker, version, cancellationToken).ConfigureAwait(false);
        return second with { RefusesVersion = second.RefusesVersion || (first.Seen == Peer.Words(null) && second.Seen == first.Seen) };
    }

    private static async Task<Login> TryAsync(BrokerUnderTest broker, MqttVersion version, CancellationToken cancellationToken)
    {
        using var talk = new Conversation(broker, version, "login", cancellationToken);
        try
        {
            var peer = await talk.DialAsync().ConfigureAwait(false);
            await peer.SendAsync(talk.With(new ConnectPacket())).ConfigureAwait(false);
            var code = await peer.ConnAckCodeAsync().ConfigureAwait(false);
            if (code != 0)
            {
                return new Login(version, Came: false, RefusesTheVersion(code), code is null ? Peer.Words(null) : $"CONNACK 0x{code:x2} came");
            }

            var answer = await peer.NextAsync().ConfigureAwait(false); // its form must be that of the version too
            await peer.SendAsync(new DisconnectPacket()).ConfigureAwait(false);
            return new Login(version, answer is ConnAckPacket, RefusesVersion: false, Peer.Words(answer));
        }
        catch (NothingSeenException e)
        {
            return new Login(version, Came: false, RefusesVersion: false, e.Message);
        }
    }
}
