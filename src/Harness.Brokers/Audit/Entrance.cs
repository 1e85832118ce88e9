namespace Harness.Brokers.Audit;

/// <summary>The answer to one login.</summary>
/// <param name="IsIn">True where it was let in, false where the broker refused; null where nothing was seen that decides it.</param>
/// <param name="Words">The answer in words.</param>
internal sealed record Entrance(bool? IsIn, string Words)
{
    /// <summary>True where the broker refused the version itself: 0x01 of MQTT 3.1.1, or 0x84.</summary>
    public bool RefusesVersion { get; private init; }

    /// <summary>Logs in, and leaves.</summary>
    /// <param name="path">The way that takes plain MQTT.</param>
    /// <param name="version">MQTT version.</param>
    /// <param name="login">The user; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Entrance> TryAsync(AuditPath path, MqttVersion version, AuditTarget? login, CancellationToken cancellationToken)
    {
        using var talk = AuditTalk.Open(path, version, login, cancellationToken);
        return await TryAsync(path, talk, new ConnectPacket(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs in with a wrong password, and leaves where that was let in.</summary>
    public static async Task<Entrance> TryAsync(AuditPath path, string user, byte[] password, CancellationToken cancellationToken)
    {
        using var talk = AuditTalk.Open(path, MqttVersion.V311, null, cancellationToken);
        return await TryAsync(path, talk, new ConnectPacket { UserName = user, Password = password }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Judges what came as the answer to a CONNECT.</summary>
    /// <param name="path">The way that it came by.</param>
    /// <param name="answer">The packet; null where the connection ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Entrance> OfAsync(AuditPath path, MqttPacket? answer, CancellationToken cancellationToken) => answer switch
    {
        ConnAckPacket { Reason: ReasonCode.Success } => new Entrance(true, "let in"),
        ConnAckPacket => new Entrance(false, Peer.Words(answer)),
        // Some brokers refuse by the end of the connection, and one that went away ends it too; so does whatever stands between.
        null or DisconnectPacket when await path.StandsAsync(cancellationToken).ConfigureAwait(false) => new Entrance(false, Peer.Words(answer)),
        null or DisconnectPacket => new Entrance(null, $"{Peer.Words(answer)}, and no broker is there any more"),
        _ => new Entrance(null, $"{Peer.Words(answer)} in place of CONNACK"),
    };

    /// <summary>Reads the answer to a CONNECT.</summary>
    /// <returns>It, judged, and the CONNACK of whoever was let in.</returns>
    /// <exception cref="NothingSeenException">Nothing came in time, or something that is no answer.</exception>
    public static async Task<(Entrance Entrance, ConnAckPacket? Accepted)> ReadAsync(AuditPath path, Peer peer, CancellationToken cancellationToken)
    {
        // A broker that does not speak the version may refuse in the form of the one that it speaks.
        if (await peer.ConnAckCodeAsync().ConfigureAwait(false) is > 0 and var code)
        {
            return (new Entrance(false, $"CONNACK 0x{code:x2} came") { RefusesVersion = Login.RefusesTheVersion(code) }, null);
        }

        var answer = await peer.NextAsync().ConfigureAwait(false);
        return (await OfAsync(path, answer, cancellationToken).ConfigureAwait(false), answer as ConnAckPacket);
    }

    private static async Task<Entrance> TryAsync(AuditPath path, Conversation talk, ConnectPacket connect, CancellationToken cancellationToken)
    {
        try
        {
            var peer = await talk.DialAsync().ConfigureAwait(false);
            await peer.SendAsync(talk.With(connect)).ConfigureAwait(false);
            var (entrance, _) = await ReadAsync(path, peer, cancellationToken).ConfigureAwait(false);
            if (entrance.IsIn == true)
            {
                await peer.LeaveAsync().ConfigureAwait(false);
            }

            return entrance;
        }
        catch (NothingSeenException e)
        {
            return new Entrance(null, e.Message);
        }
    }
}
