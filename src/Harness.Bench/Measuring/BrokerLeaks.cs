using Harness.Sessions.Accounts;
using Harness.Sessions.Login;

namespace Harness.Bench.Measuring;

/// <summary>Leak subjects on the broker: the time of a refusal must not show whether a name has an account or is locked out.</summary>
/// <remarks>
/// Timed at the authenticator, without network: a difference that does not show here does not show from further away. X to Y and V_C to refusal are judged apart, as
/// the second takes a hundredth of the first. The first class, and the control, is names without an account: two lists that are alike by
/// construction. The client's side is one fixed X and a proof of zeros. Each try is at a name that was never tried before, so that none of its data is in the
/// processor's cache, or (<c>-repeated</c>) at one name a class that is tried again and again; these names are replaced every so many tries, so that
/// a name's place in the hash table does not count as its class.
/// </remarks>
internal sealed class BrokerLeaks
{
    private const string Unknown = "broker-unknown";
    private const string Locked = "broker-locked";
    private const string Modp = "-modp";
    private const string Repeated = "-repeated";
    private const int MinimumNames = 100;
    private const int MaximumNames = 12_000;
    private const int TriesPerAssignment = 100;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);

    private readonly AugPakeGroup _group;
    private readonly AugPakeProfile _profile;
    private readonly string _method;
    private readonly bool _locks;
    private readonly int _names;
    private readonly int _triesPerName;
    private readonly byte[] _x;
    private readonly byte[] _proof = new byte[32];
    private readonly Func<AugPakeAuthenticator, IEnhancedAuthenticator> _wrapAuthenticator;
    private readonly int[] _done = new int[Enum.GetValues<LeakClass>().Length];
    private string[][] _assignedNames = [];
    private IEnhancedAuthenticator? _broker;

    private BrokerLeaks(LeakEntry entry, int names, Func<AugPakeAuthenticator, IEnhancedAuthenticator> plant)
    {
        (_group, _profile) = entry.Name.Contains(Modp, StringComparison.Ordinal)
            ? (AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished) : (AugPakeGroup.P256, AugPakeProfile.Rfc6628);
        _method = AugPakeMethod.Of(_profile, _group);
        _locks = entry.Name.StartsWith(Locked, StringComparison.Ordinal);
        var fresh = !entry.Name.EndsWith(Repeated, StringComparison.Ordinal);
        (_names, _triesPerName) = fresh ? (names, names) : (1, TriesPerAssignment);
        _wrapAuthenticator = plant;
        using var client = new AugPakeClient(_group, _profile, "m4", "broker", "wrong");
        _x = client.Start();
    }

    /// <summary>The subjects.</summary>
    public static IReadOnlyList<LeakEntry> Entries { get; } =
    [
        .. from other in (string[])[Unknown, Locked]
           from names in (string[])["", Repeated]
           from modp in (string[])["", Modp]
           select new LeakEntry(
               other + modp + names,
               $"a refused login: a name without account; {(other == Unknown ? "a wrong password" : "a name that is locked out")} "
               + $"({(modp.Length == 0 ? "P-256" : "modp2048-q256")}, {(names.Length == 0 ? "each try another name" : "a name tried again and again")})",
               modp.Length == 0 ? LeakCost.P256 : LeakCost.Modexp),
    ];

    /// <summary>Opens one of <see cref="Entries"/>.</summary>
    /// <param name="entry">The subject to open.</param>
    /// <param name="rounds">The number of samples of each class.</param>
    /// <param name="plant">Wraps the authenticator with a leak that the test must find; null for none.</param>
    public static LeakSubject Open(LeakEntry entry, int rounds, Func<AugPakeAuthenticator, IEnhancedAuthenticator>? plant = null)
    {
        // The warm-up uses names of its own.
        var broker = new BrokerLeaks(entry, Math.Clamp(rounds + (rounds / 5), MinimumNames, MaximumNames), plant ?? (authenticator => authenticator));
        return new LeakSubject(entry, broker.TryAsync) { Steps = ["X to Y", "V_C to refusal"] };
    }

    private async ValueTask TryAsync(LeakClass which, double[] durations, CancellationToken cancellationToken)
    {
        if (_broker is null || _done[(int)which] == _triesPerName)
        {
            AssignNames();
        }

        var name = _assignedNames[(int)which][_done[(int)which]++ % _names];
        var start = Stopwatch.GetTimestamp();
        using var exchange = _broker!.Begin(new AuthenticationRequest(name, _method, false, null));
        await exchange.NextAsync(_x, cancellationToken).ConfigureAwait(false);
        var middle = Stopwatch.GetTimestamp();
        var end = await exchange.NextAsync(_proof, cancellationToken).ConfigureAwait(false);
        var stop = Stopwatch.GetTimestamp();
        if (end != Refused)
        {
            throw new Record.CheckFailedException("login with a proof of zeros", "to be refused with 0x87", $"{end.Reason}");
        }

        (durations[0], durations[1]) = ((middle - start) * NanosecondsPerTick, (stop - middle) * NanosecondsPerTick);
    }

    /// <summary>Creates a broker whose accounts and lock-outs are those of new names; names are assigned to classes at random.</summary>
    private void AssignNames()
    {
        _assignedNames = [.. _done.Select(_ => Enumerable.Range(0, _names).Select(_ => RandomNumberGenerator.GetHexString(16)).ToArray())];
        Array.Clear(_done);
        var known = _assignedNames[(int)LeakClass.Second].Order(StringComparer.Ordinal).ToArray();
        var accounts = known.AsParallel().AsOrdered().Select(name => new Account(name, "broker", _group, _profile, _group.PowerOfGenerator(_group.DrawScalar())));

        // A name that is tried a hundred times must not be locked out by the tries, unless its class is the locked-out one.
        var allowed = _names == 1 ? _triesPerName + 1 : 2;
        var authenticator = new AugPakeAuthenticator(
            new AccountStore("broker", accounts), new LockoutOptions(allowed, TimeSpan.FromDays(1), TimeSpan.FromDays(1), 1 << 15));
        foreach (var number in known.Where(_ => _locks).Select(authenticator.Accounts.Index.Number))
        {
            while (authenticator.BeginProof(number) != 0)
            {
            }
        }

        _broker = _wrapAuthenticator(authenticator);
        GC.Collect();
    }
}
