namespace Harness.Brokers.Audit;

/// <summary>Tries to take over sessions of the ClientIds that the operator names.</summary>
internal static class TakeOverAudit
{
    private const string Bound = "mosquitto: use_username_as_clientid true, or clientid of the dynamic-security user; activemq: an authorization plugin of one's own; elsewhere: ClientIds that nobody can guess";
    private const string Refused = "an update of the broker: a CONNECT that is refused must leave the other session alone (MQTT 5 section 3.1.4)";

    // A device that has the ClientId comes back within a second or two, and ends the session that is tried.
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(2), AloneAgain = TimeSpan.FromSeconds(8);

    // A broker may end the other session after it answered.
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <summary>Tries it by a CONNECT that the broker refuses.</summary>
    public static Task<AuditCheck> RefusedAsync(AuditParties parties, string client, CancellationToken cancellationToken)
    {
        var (id, question) = ($"takeover.refused {client}", $"a CONNECT that it refuses leaves the session of {client} alone");
        return parties.Owner is not { User: { } user } ? Task.FromResult(AuditCheck.NotTried(id, question, "no user comes in whose wrong password could be refused"))
            : TwiceAsync(
                parties, client, new ConnectPacket { ClientId = client, UserName = user, Password = GuessAudit.WrongPassword() },
                new AuditCheck(id, question, AuditSeverity.High, $", and the session of {client} ended", Refused), cancellationToken);
    }

    /// <summary>Tries it without a user.</summary>
    public static Task<AuditCheck> StrangerAsync(AuditParties parties, string client, CancellationToken cancellationToken)
    {
        var (id, question) = ($"takeover.stranger {client}", $"whoever has no user does not take over the session of {client}");
        return parties.Owner is null || !parties.Strangers
            ? Task.FromResult(AuditCheck.NotTried(id, question, parties.Strangers ? "no user comes in whose session could be taken" : "nobody comes in without a user"))
            : TwiceAsync(
                parties, client, new ConnectPacket { ClientId = client, CleanStart = true },
                new AuditCheck(id, question, AuditSeverity.High, $": a CONNECT as {client} without a user ended it", Bound), cancellationToken);
    }

    // An end that comes once may be the network's, or a device's that comes back slowly, which shows where nobody is tried for long enough.
    private static async Task<AuditCheck> TwiceAsync(AuditParties parties, string client, ConnectPacket connect, AuditCheck finding, CancellationToken cancellationToken)
    {
        var first = await OnceAsync(parties, client, connect, finding, Alone, cancellationToken).ConfigureAwait(false);
        if (!first.IsFinding)
        {
            return first;
        }

        var second = await OnceAsync(parties, client, connect, finding, AloneAgain, cancellationToken).ConfigureAwait(false);
        return second.IsFinding || second.IsOpen ? second : AuditCheck.Open(finding.Id, finding.Question, $"it ended once and went on once ({second.Evidence})");
    }

    private static async Task<AuditCheck> OnceAsync(AuditParties parties, string client, ConnectPacket connect, AuditCheck finding, TimeSpan alone, CancellationToken cancellationToken)
    {
        var path = parties.Plain.For(finding.Id);
        AuditCheck Open(string why) => AuditCheck.Open(finding.Id, finding.Question, why);
        using var talk = AuditTalk.Open(path, MqttVersion.V311, parties.Owner, cancellationToken);
        try
        {
            var victim = await talk.OpenAsync(new ConnectPacket { ClientId = client }).ConfigureAwait(false);
            if (await GoesOnAsync(victim, alone).ConfigureAwait(false) != true)
            {
                return Open($"its session as {client} ended before anything was tried: somebody else has that ClientId; next: stop the device, and again");
            }

            var stranger = await talk.DialAsync().ConfigureAwait(false);
            await stranger.SendAsync(connect).ConfigureAwait(false);
            var entrance = await Entrance.OfAsync(path, await stranger.NextAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            var goesOn = await GoesOnAsync(victim, Later).ConfigureAwait(false);
            if (goesOn == true)
            {
                await victim.LeaveAsync().ConfigureAwait(false);
            }

            return entrance switch
            {
                { IsIn: true } when connect.Password is not null => finding with { Evidence = $"a wrong password of {connect.UserName} was let in", Setting = GuessAudit.Same },
                { IsIn: null } => Open(entrance.Words),
                _ when goesOn is null => Open($"{entrance.Words}; the session gave no answer"),
                _ when goesOn == true => AuditCheck.Ok(finding.Id, finding.Question, $"{entrance.Words}; the session goes on"),
                _ when !await path.StandsAsync(cancellationToken).ConfigureAwait(false) => Open($"{entrance.Words}, and no broker is there any more"),
                _ => finding with { Evidence = entrance.Words + finding.Evidence },
            };
        }
        catch (NothingSeenException e)
        {
            return Open(e.Message);
        }
    }

    /// <returns>False where the session ended; null where it gives no answer.</returns>
    private static async Task<bool?> GoesOnAsync(Peer peer, TimeSpan alone)
    {
        try
        {
            for (var until = DateTime.UtcNow + alone; DateTime.UtcNow < until;)
            {
                if (await peer.NextAsync(until - DateTime.UtcNow).ConfigureAwait(false) is null or DisconnectPacket)
                {
                    return false;
                }
            }
        }
        catch (SilenceException)
        {
            // As it should be: nobody has anything to say.
        }

        await peer.SendAsync(new PingReqPacket()).ConfigureAwait(false);
        try
        {
            while (await peer.NextAsync().ConfigureAwait(false) is { } packet and not DisconnectPacket)
            {
                if (packet is PingRespPacket)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SilenceException)
        {
            return null;
        }
    }
}
