namespace Harness.Adversary.Claims.Findings;

/// <summary>The paper sets no bound on wrong passwords: a dictionary is tried at the broker itself.</summary>
[Attack("finding-no-lockout", Order = 3)]
internal sealed class NoLockout : Finding
{
    private const int Guesses = 25;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfPapers,
        Precondition = "Knows C and S, can log in as often as it likes, and has a dictionary with the password as its 25th word.",
        Summary = "Logs in in the device's name with word after word.",
        Observation = "The broker sends CONNACK 0x00 to the right word after 24 wrong ones.",
        Reference = "Sahmi et al. 2021 says nothing of it; RFC 6628 section 4 asks for a limit on failed tries",
        Control = "a broker that counts no failures",
    };

    public override string Repair => "lock-out: 10 failures in a row, then 30 s, doubling to 15 min, known and unknown names alike";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => options.WithBroker(o => o with { Lockout = o.Lockout with { Failures = int.MaxValue } });

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var target = new SchemeHandshakeTarget(testbed);
        string[] words = [.. Dictionary.Words.Where(w => !target.IsPassword(w)).Take(Guesses - 1), Dictionary.Words.First(target.IsPassword)];
        var seen = "";
        for (var i = 0; i < words.Length; i++)
        {
            using var client = new AugPakeClient(target.Group, target.Profile, target.Client, target.Server, words[i]);
            var login = new RawLogin(target.Method, client.Start(), hello => client.Respond(hello.Y.Span));
            (var isIn, seen) = await login.TryEnterAsync(target, target.Client, cancellationToken).ConfigureAwait(false);
            if (isIn)
            {
                return AttackResult.Win($"guess {i + 1}: {seen}");
            }
        }

        var last = testbed.Broker.Logins.Last(target.Client)?.Outcome;
        return AttackResult.Loss($"{words.Length} guesses, the right one the last: {seen} ({last})");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        OnAsync(controls, LockoutOptions.Default with { Failures = int.MaxValue }, cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => OnAsync(controls, LockoutOptions.Default, cancellationToken);

    private Task<AttackResult> OnAsync(PositiveControlFactory controls, LockoutOptions lockout, CancellationToken cancellationToken) =>
        PositiveControl.OnAsync(this, controls, options => options.WithBroker(b => b with { Lockout = lockout }), cancellationToken);
}
