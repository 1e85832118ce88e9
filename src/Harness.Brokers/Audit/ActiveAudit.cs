namespace Harness.Brokers.Audit;

/// <summary>Judges a deployed broker by trying: on the ClientIds and topics that the operator names, and on nothing else.</summary>
public static class ActiveAudit
{
    /// <summary>Tries everything that the scope allows.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="scope">Bounds of what is touched.</param>
    /// <param name="plain">The way that takes plain MQTT for it.</param>
    /// <param name="cancellationToken">Gives up; what was kept at the broker is removed all the same.</param>
    public static async Task<IReadOnlyList<AuditCheck>> RunAsync(AuditTarget target, ActiveScope scope, AuditPath plain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(scope);
        var strangers = await Entrance.TryAsync(plain, MqttVersion.V311, null, cancellationToken).ConfigureAwait(false);
        var user = target.User is null ? new Entrance(false, "none") : await Entrance.TryAsync(plain, MqttVersion.V311, target, cancellationToken).ConfigureAwait(false);
        if (strangers.IsIn is null || user.IsIn is null)
        {
            return [AuditCheck.Open("active", "it answers a login", strangers.IsIn is null ? strangers.Words : user.Words)];
        }

        var checks = new List<AuditCheck>();
        var parties = new AuditParties(plain, user.IsIn == true ? target : null, strangers.IsIn == true);
        foreach (var client in scope.Clients)
        {
            checks.Add(await TakeOverAudit.RefusedAsync(parties, client, cancellationToken).ConfigureAwait(false));
            checks.Add(await TakeOverAudit.StrangerAsync(parties, client, cancellationToken).ConfigureAwait(false));
        }

        foreach (var topic in scope.Topics)
        {
            checks.AddRange(await new TopicAudit(parties, topic, cancellationToken).RunAsync().ConfigureAwait(false));
        }

        checks.AddRange(await ScramAudit.RunAsync(target, scope, plain, cancellationToken).ConfigureAwait(false));
        checks.Add(await GuessAudit.EnumerationAsync(parties, cancellationToken).ConfigureAwait(false));
        checks.Add(await GuessAudit.LockoutAsync(parties, scope.Guesses, cancellationToken).ConfigureAwait(false)); // last: it may lock the user out
        return [.. checks.DistinctBy(c => c.Id)];
    }
}
