using System.Diagnostics;
using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Accounts;
using Harness.Sessions.Login;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Refusals at the broker: whether a name has an account, and whether it is locked out, must not show in how long they take (design 6).</summary>
/// <remarks>
/// Timed at the exchange, without network: what cannot be told apart here cannot from further away. X to Y and V_C to refusal are judged apart, for the
/// second takes a hundredth of the first. The first class is names without an account, and so is the control: two lists that are the same by
/// construction. The client's side is one fixed X and a proof of zeros. Each try is at a name that was never tried before, so that nothing of it is in the
/// processor's cache, or (<c>-repeated</c>) at one name a class that is tried again and again; these are dealt out anew every so many tries, so that
/// no name's own luck (where its hash falls) counts as its class.
/// </remarks>
internal sealed class BrokerLeaks
{
    private const string Unknown = "broker-unknown";
    private const string Locked = "broker-locked";
    private const string Modp = "-modp";
    private const string Repeated = "-repeated";
    private const int LeastNames = 100;
    private const int MostNames = 12_000;
    private const int TriesOfADeal = 100;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);

    private readonly AugPakeGroup _group;
    private readonly AugPakeProfile _profile;
    private readonly string _method;
    private readonly bool _locks;
    private readonly int _names;
    private readonly int _tries;
    private readonly byte[] _x;
    private readonly byte[] _proof = new byte[32];
    private readonly Func<AugPakeAuthenticator, IEnhancedAuthenticator> _plant;
    private readonly int[] _done = new int[Enum.GetValues<LeakClass>().Length];
    private string[][] _dealt = [];
    private IEnhancedAuthenticator? _broker;

    private BrokerLeaks(LeakEntry entry, int names, Func<AugPakeAuthenticator, IEnhancedAuthenticator> plant)
    {
        (_group, _profile) = entry.Name.Contains(Modp, StringComparison.Ordinal)
            ? (AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished) : (AugPakeGroup.P256, AugPakeProfile.Rfc6628);
        _method = AugPakeMethod.Of(_profile, _group);
        _locks = entry.Name.StartsWith(Locked, StringComparison.Ordinal);
        var fresh = !entry.Name.EndsWith(Repeated, StringComparison.Ordinal);
        (_names, _tries) = fresh ? (names, names) : (1, TriesOfADeal);
        _plant = plant;
        using var client = new AugPakeClient(_group, _profile, "m4", "broker", "wrong");
        _x = client.Start();
    }

    /// <summary>What there is.</summary>
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
    /// <param name="entry">Which.</param>
    /// <param name="rounds">Samples of each class that it will be asked for.</param>
    /// <param name="plant">Puts something between the broker and who asks it, for a leak that must be found; null for nothing.</param>
    public static LeakSubject Open(LeakEntry entry, int rounds, Func<AugPakeAuthenticator, IEnhancedAuthenticator>? plant = null)
    {
        // The warm-up has names of its own.
        var broker = new BrokerLeaks(entry, Math.Clamp(rounds + (rounds / 5), LeastNames, MostNames), plant ?? (authenticator => authenticator));
        return new LeakSubject(entry, broker.TryAsync) { Steps = ["X to Y", "V_C to refusal"] };
    }

    private async ValueTask TryAsync(LeakClass which, double[] durations, CancellationToken cancellationToken)
    {
        if (_broker is null || _done[(int)which] == _tries)
        {
            Deal();
        }

        var name = _dealt[(int)which][_done[(int)which]++ % _names];
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

    /// <summary>A broker whose accounts and lock-outs are those of new names; which name falls to which class is chance.</summary>
    private void Deal()
    {
        _dealt = [.. _done.Select(_ => Enumerable.Range(0, _names).Select(_ => RandomNumberGenerator.GetHexString(16)).ToArray())];
        Array.Clear(_done);
        var known = _dealt[(int)LeakClass.Second].Order(StringComparer.Ordinal).ToArray();
        var accounts = known.AsParallel().AsOrdered().Select(name => new Account(name, "broker", _group, _profile, _group.PowerOfGenerator(_group.DrawScalar())));

        // A name that is tried a hundred times must not be locked out by it, unless it shall be.
        var allowed = _names == 1 ? _tries + 1 : 2;
        var authenticator = new AugPakeAuthenticator(
            new AccountStore("broker", accounts), new LockoutOptions(allowed, TimeSpan.FromDays(1), TimeSpan.FromDays(1), 1 << 15));
        foreach (var number in known.Where(_ => _locks).Select(authenticator.Accounts.Index.Number))
        {
            while (authenticator.BeginProof(number) != 0)
            {
            }
        }

        _broker = _plant(authenticator);
        GC.Collect();
    }
}
