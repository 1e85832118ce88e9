using Harness.Record;
using Harness.Schemes.Scram;

namespace Harness.Brokers.Audit;

/// <summary>Faults of a broker's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), tried with the operator's own user: each is a login whose messages are wrong in one place.</summary>
internal static class ScramAudit
{
    private const int ShortestSalt = 8;
    private const string Broker = "an update of the broker or of its SCRAM plugin; until then password logins over TLS";
    private const string Iterations = "4096 iterations or more where its SCRAM users are made (emqx: iteration_count; others: where the salted password is computed), and the passwords set anew";
    private const string Server = "an update of the broker or of its SCRAM plugin; clients that check the server's signature refuse this one";
    private static readonly (string Id, string Question, AuditSeverity Severity, string Setting, Func<ScramTrial, ScramTrial> Change)[] Wrong =
    [
        ("scram.proof", "it refuses a proof with one wrong bit", AuditSeverity.High, Broker, t => t with { WrongProof = true }),
        ("scram.nonce-checked", "it refuses a last message for another nonce than its own (RFC 5802 section 5.1)", AuditSeverity.High, Broker, t => t with { OtherNonce = true }),
        ("scram.binding", "it refuses a last message that names another header than the first one had: a downgrade of channel binding shows there", AuditSeverity.Medium, Broker, t => t with { HeaderAgain = "y,," }),
        ("scram.extension", "it refuses an extension that it must know and cannot (m=)", AuditSeverity.Low, Broker, t => t with { Extension = "m=audit," }),
    ];

    /// <summary>Tries.</summary>
    /// <param name="target">The broker, with the operator's user.</param>
    /// <param name="scope">Bounds of what is touched.</param>
    /// <param name="path">The way that takes plain MQTT for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<AuditCheck>> RunAsync(AuditTarget target, ActiveScope scope, AuditPath path, CancellationToken cancellationToken)
    {
        const string Id = "scram", Question = "its SCRAM-SHA-256 is as RFC 5802 says";
        if (target is not { User: { } user, Password: { } password })
        {
            return [AuditCheck.NotTried(Id, Question, "no user whose login could be tried")];
        }

        if (await Entrance.TryAsync(path.For(Id), MqttVersion.V5, null, cancellationToken).ConfigureAwait(false) is { RefusesVersion: true } refused)
        {
            return [AuditCheck.NotTried(Id, Question, $"no MQTT 5.0, which SCRAM needs: {refused.Words}")];
        }

        var trial = new ScramTrial(ClientOf(target, scope.Clients), user, password);
        try
        {
            var seen = await trial.RunAsync(path.For(Id, "scram.early", "scram.syntax"), cancellationToken).ConfigureAwait(false);
            return seen switch
            {
                { Challenge: null, IsIn: true } => [new AuditCheck("scram.early", "it asks for a proof", AuditSeverity.High, "let in at the client's first message, before any proof", Broker)],
                { Challenge: null, Answer: ConnAckPacket { Reason: ReasonCode.ClientIdentifierNotValid } } =>
                    [AuditCheck.NotTried(Id, Question, $"it takes no ClientId but the user's name; next: add --client {ShellWord.Quote(user)}")],
                { Challenge: null } => [AuditCheck.NotTried(Id, Question, $"it offers none here: {seen.Words}")],
                { First: null } => [new AuditCheck("scram.syntax", "its first message is one of SCRAM", AuditSeverity.Medium, $"{seen.Challenge.Length} bytes that are no server-first-message", Broker)],
                _ => await AskAsync(trial, path, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (NothingSeenException e)
        {
            return [AuditCheck.Open(Id, Question, e.Message)];
        }
    }

    /// <summary>Tries by SCRAM the login of a user whose password is refused in CONNECT.</summary>
    public static async Task<AuditCheck> LoginAsync(AuditTarget target, AuditPath path, CancellationToken cancellationToken)
    {
        const string Id = "login.user", Question = "the operator's user comes in";
        try
        {
            var seen = await new ScramTrial(ClientOf(target, target.Clients), target.User!, target.Password ?? []).RunAsync(path, cancellationToken).ConfigureAwait(false);
            return seen switch
            {
                { IsIn: true } => AuditCheck.Ok(Id, Question, "let in by SCRAM-SHA-256, and not by a password in CONNECT"),
                { Answer: ConnAckPacket { Reason: ReasonCode.ClientIdentifierNotValid } } => AuditCheck.NotTried(Id, Question, $"it takes no ClientId but the user's name; next: add --active --client {ShellWord.Quote(target.User!)}"),
                _ => AuditCheck.Open(Id, Question, "refused: what that user may do stays open"),
            };
        }
        catch (NothingSeenException e)
        {
            return AuditCheck.Open(Id, Question, $"{e.Message}: what that user may do stays open");
        }
    }

    // A ClientId of somebody's is used where it is named alone; some brokers take no other than the user's name.
    private static string ClientOf(AuditTarget target, IReadOnlyList<string> named) => named.Contains(target.User!) ? target.User! : "audit-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private static async Task<IReadOnlyList<AuditCheck>> AskAsync(ScramTrial trial, AuditPath path, CancellationToken cancellationToken)
    {
        trial = trial with { Nonce = ScramTrial.NewNonce() };
        var right = await trial.RunAsync(path.For("scram.iterations", "scram.nonce", "scram.salt", "scram.server", "scram.replay"), cancellationToken).ConfigureAwait(false);
        if (right.First is not { } challenge)
        {
            return [AuditCheck.Open("scram.server", "it proves that it holds the user's key", $"a second login got no challenge: {right.Words}")];
        }

        // The client's nonce again, as whoever replays would: the server's must differ, and the salt must not.
        var (replayed, silence) = await SeenAsync(trial with { Recorded = right.Final ?? "c=biws,r=x,p=AA=="u8.ToArray() }, path.For("scram.nonce", "scram.salt", "scram.replay"), cancellationToken).ConfigureAwait(false);
        var checks = new List<AuditCheck>();
        checks.AddRange(OfChallenges(trial, challenge, replayed?.First).Select(c => replayed is null && c.Severity is null && c.Id != "scram.iterations" ? AuditCheck.Open(c.Id, c.Question, $"a second login: {silence}") : c));
        checks.Add(await UsersAsync(trial, challenge, path, cancellationToken).ConfigureAwait(false));
        if (!right.IsIn)
        {
            var why = right.Final is null ? $"{right.First!.Iterations} iterations, which nobody computes" : $"the right password does not come in ({right.Words})";
            return [.. checks, .. Wrong.Select(w => AuditCheck.NotTried(w.Id, w.Question, why))];
        }

        checks.Add(AuditCheck.Of("scram.server", "it proves that it holds the user's key", !right.IsProved, AuditSeverity.High, right.IsProved ? "its signature is right" : "it let the client in without the right signature", Server));
        checks.Add(replayed is null ? AuditCheck.Open("scram.replay", "it refuses a recorded login", silence)
            : AuditCheck.Of("scram.replay", "it refuses a recorded login", replayed.IsIn, AuditSeverity.High, $"both messages of a login again: {replayed.Words}", Broker));
        foreach (var (id, question, severity, setting, change) in Wrong)
        {
            var (seen, why) = await SeenAsync(change(trial with { Nonce = ScramTrial.NewNonce() }), path.For(id), cancellationToken).ConfigureAwait(false);
            checks.Add(seen is null ? AuditCheck.Open(id, question, why) : AuditCheck.Of(id, question, seen.IsIn, severity, seen.Words, setting));
        }

        return checks;
    }

    // A broker that gives no answer to one trial leaves that one open, and what was found before stays.
    private static async Task<(ScramSeen? Seen, string Why)> SeenAsync(ScramTrial trial, AuditPath path, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await trial.RunAsync(path, cancellationToken).ConfigureAwait(false);
            return seen.Answer is null && !await path.StandsAsync(cancellationToken).ConfigureAwait(false) ? (null, $"{seen.Words}, and no broker is there any more") : (seen, "");
        }
        catch (NothingSeenException e)
        {
            return (null, e.Message);
        }
    }

    private static IEnumerable<AuditCheck> OfChallenges(ScramTrial trial, ScramServerFirst first, ScramServerFirst? second)
    {
        yield return AuditCheck.Of(
            "scram.iterations", "it asks for 4096 iterations or more (RFC 7677), and not for more than a device can compute", first.Iterations is < ScramCredential.MinimumIterations or > ScramCredential.MaximumIterations,
            AuditSeverity.Medium, string.Create(CultureInfo.InvariantCulture, $"i={first.Iterations}"), Iterations);
        var isExtended = first.Nonce.Length > trial.Nonce.Length && first.Nonce.StartsWith(trial.Nonce, StringComparison.Ordinal);
        yield return AuditCheck.Of(
            "scram.nonce", "it adds a nonce of its own, another at each login", !isExtended || second?.Nonce == first.Nonce, AuditSeverity.High,
            !isExtended ? "its nonce does not extend the client's" : second is null ? "its nonce extends the client's; a second login with the client's own nonce got no challenge"
            : second.Nonce == first.Nonce ? "the same nonce at two logins" : $"{first.Nonce.Length - trial.Nonce.Length} characters, another at each of two logins", Broker);
        var isStable = second is null || first.Salt.Span.SequenceEqual(second.Salt.Span);
        yield return AuditCheck.Of(
            "scram.salt", "the salt of an account stays, and is no short one: one that changes shows that the password itself is kept there", !isStable || first.Salt.Length < ShortestSalt, AuditSeverity.Medium,
            !isStable ? "another at each login" : $"{first.Salt.Length} bytes{(second is null ? "" : ", the same at two logins")}", "passwords that are kept as salted keys (RFC 5802 section 3), each with a random salt of 16 bytes");
    }

    // An unknown name at two logins, beside the user with a wrong proof: shape of the challenge, salt, and end must not tell them apart.
    private static async Task<AuditCheck> UsersAsync(ScramTrial trial, ScramServerFirst known, AuditPath path, CancellationToken cancellationToken)
    {
        const string Id = "scram.users", Question = "its challenges do not tell whether a user exists, and no two users share a salt";
        var name = "nobody-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var unknown = trial with { User = name, ClientId = trial.ClientId == trial.User ? name : trial.ClientId, Password = "wrong"u8.ToArray() };
        var trials = new List<ScramSeen>();
        foreach (var one in new[] { unknown, unknown, trial with { WrongProof = true, Nonce = ScramTrial.NewNonce() } })
        {
            var (seen, silence) = await SeenAsync(one, path.For(Id), cancellationToken).ConfigureAwait(false);
            if (seen is null)
            {
                return AuditCheck.Open(Id, Question, silence);
            }

            trials.Add(seen);
        }

        var (first, again, wrong) = (trials[0], trials[1], trials[2]);
        var why = (first.First, again.First) switch
        {
            (null, _) or (_, null) => $"a name that does not exist gets no challenge: {first.Words}",
            ({ } a, _) when a.Iterations != known.Iterations => $"i={a.Iterations} for a name that does not exist, i={known.Iterations} for the user",
            ({ } a, _) when a.Salt.Length != known.Salt.Length => $"{a.Salt.Length} bytes of salt for a name that does not exist, {known.Salt.Length} for the user",
            ({ } a, { } b) when !a.Salt.Span.SequenceEqual(b.Salt.Span) => "a name that does not exist gets another salt at each login",
            ({ } a, _) when a.Salt.Span.SequenceEqual(known.Salt.Span) => "two names have one salt",
            _ when first.IsIn => "a name that does not exist was let in",
            _ when !wrong.IsIn && first.Words != wrong.Words => $"a wrong proof of the user: {wrong.Words}; of a name that does not exist: {first.Words}",
            _ => null,
        };
        return AuditCheck.Of(
            Id, Question, why is not null, first.IsIn ? AuditSeverity.High : AuditSeverity.Medium, why ?? $"the same shape and a salt for each name; one that does not exist ends as a wrong proof does: {first.Words}", "a salt derived from the name and a secret of the broker for names that do not exist (RFC 5802 section 9)");
    }
}
