namespace Harness.Adversary.Claims.Findings;

/// <summary>A broker that looks C up and finds nothing: what it answers tells who has an account.</summary>
[Attack("finding-user-enumeration", Order = 4)]
internal sealed class UserEnumeration : Finding
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeSets.OfPapers,
        Precondition = "Can start logins, and has names to try.",
        Summary = "Logs in with a wrong password under a name that has an account and under one that has none, at a broker that does as the paper says and no more: it looks W of C up.",
        Observation = "The two answers differ: in their packets and reasons, or in what the broker computed.",
        Reference = "Sahmi et al. 2021, equation 3: Y takes the W of C, and nothing is said of a C without one",
        Control = "a broker that refuses a name without an account before it sends Y",
    };

    public override string Repair => "the whole exchange for every name, with W = g^HMAC(broker secret, C and method) where there is no account, and one refusal for all";

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        return await AsThePaperSaysAsync(new PositiveControlFactory(testbed.Options), cancellationToken).ConfigureAwait(false);
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => AsThePaperSaysAsync(controls, cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        null, testbed => CompareAsync(new SchemeHandshakeTarget(testbed), () => testbed.Broker.Counts, cancellationToken), cancellationToken);

    private static Task<AttackResult> AsThePaperSaysAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        WeakenedHandshakeTarget.UseAsync(controls, Weakness.None, null, target => CompareAsync(target, () => default, cancellationToken), cancellationToken);

    private static async Task<AttackResult> CompareAsync(HandshakeTarget target, Func<OperationTally> counts, CancellationToken cancellationToken)
    {
        var known = await AskAsync(target, target.Client, counts, cancellationToken).ConfigureAwait(false);
        var unknown = await AskAsync(target, RandomNumberGenerator.GetHexString(target.Client.Length, lowercase: true), counts, cancellationToken).ConfigureAwait(false);
        return new AttackResult(known != unknown, $"with an account: {known}; without: {unknown}");
    }

    private static async Task<string> AskAsync(HandshakeTarget target, string client, Func<OperationTally> counts, CancellationToken cancellationToken)
    {
        var before = counts();
        var login = new RawLogin(target.Method, Elements.Valid(target.Group), _ => RandomNumberGenerator.GetBytes(32));
        var (isIn, seen) = await login.TryEnterAsync(target, client, cancellationToken).ConfigureAwait(false);
        if (isIn)
        {
            throw new InconclusiveException("login with a random V_C", "to be refused", seen);
        }

        var work = counts() - before;
        return $"{(login.Hello is { } hello ? $"{hello.Y.Length} bytes of Y, then " : "")}{seen}{(work == default ? "" : $", {work}")}";
    }
}
