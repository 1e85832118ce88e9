namespace Harness.Brokers.Audit;

/// <summary>Tries wrong passwords of the operator's user.</summary>
internal static class GuessAudit
{
    /// <summary>The setting that mends replies that tell users apart, and wrong passwords that are let in.</summary>
    public const string Same = "an update of the broker or of its authentication plugin: one reply for every refused login";

    private const string Slow = "a limit on refused logins by address, as fail2ban on the broker's log; long random passwords; a login that resists guessing, such as AugPAKE";
    private const string Checks = "mosquitto: password_file and allow_anonymous false; rabbitmq: auth_backends; activemq: jaasAuthenticationPlugin or simpleAuthenticationPlugin: a login that checks the password";

    /// <summary>A password that is nobody's.</summary>
    public static byte[] WrongPassword() => Encoding.ASCII.GetBytes("wrong-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>Compares the refusals of a user that exists and of one that does not.</summary>
    public static async Task<AuditCheck> EnumerationAsync(AuditParties parties, CancellationToken cancellationToken)
    {
        const string Id = "users.reply", Question = "a refused login does not tell whether its user exists";
        if (parties.Owner is not { User: { } user })
        {
            return AuditCheck.NotTried(Id, Question, "no user comes in whose name could be compared");
        }

        var known = await RefusalAsync(parties, Id, user, cancellationToken).ConfigureAwait(false);
        var unknown = await RefusalAsync(parties, Id, "nobody-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), cancellationToken).ConfigureAwait(false);
        return known.IsIn == true || unknown.IsIn == true ? LetIn(known.IsIn == true ? user : "a name that does not exist")
            : known.IsIn is null || unknown.IsIn is null ? AuditCheck.Open(Id, Question, $"with a user that exists: {known.Words}; with one that does not: {unknown.Words}")
            : AuditCheck.Of(Id, Question, known.Words != unknown.Words, AuditSeverity.Medium, $"with a user that exists: {known.Words}; with one that does not: {unknown.Words}", Same);
    }

    /// <summary>Guesses, and looks at how long that takes and at whether the right password still comes in.</summary>
    public static async Task<AuditCheck> LockoutAsync(AuditParties parties, int guesses, CancellationToken cancellationToken)
    {
        const string Id = "users.guessing", Question = "it slows down or locks out whoever guesses passwords";
        if (parties.Owner is not { User: { } user })
        {
            return AuditCheck.NotTried(Id, Question, "no user comes in whose password could be guessed at");
        }

        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < guesses; i++)
        {
            switch (await RefusalAsync(parties, Id, user, cancellationToken).ConfigureAwait(false))
            {
                case { IsIn: true }:
                    return LetIn(user);
                case { IsIn: null } silent:
                    return AuditCheck.Open(Id, Question, string.Create(CultureInfo.InvariantCulture, $"after {i} wrong passwords: {silent.Words}{(i > 0 ? "; it may take nothing from this address any more" : "")}"));
            }
        }

        var each = Stopwatch.GetElapsedTime(since).TotalMilliseconds / guesses;
        var entrance = await Entrance.TryAsync(parties.Plain.For(Id), MqttVersion.V311, parties.Owner, cancellationToken).ConfigureAwait(false);
        var tried = string.Create(CultureInfo.InvariantCulture, $"{guesses} wrong passwords at {each:0} ms each, after which the right one");
        return entrance.IsIn is { } enters
            ? AuditCheck.Of(Id, Question, enters && each < 500, AuditSeverity.Low, $"{tried} {(enters ? "came in at once" : "was refused: the name is locked out, for its owner too")}", Slow)
            : AuditCheck.Open(Id, Question, $"{tried} got no answer that tells: {entrance.Words}");
    }

    private static AuditCheck LetIn(string who) =>
        new("users.password", "a wrong password is refused", AuditSeverity.High, $"a wrong password of {who} was let in", Checks);

    private static Task<Entrance> RefusalAsync(AuditParties parties, string id, string user, CancellationToken cancellationToken) =>
        Entrance.TryAsync(parties.Plain.For(id, "users.password"), user, WrongPassword(), cancellationToken);
}
