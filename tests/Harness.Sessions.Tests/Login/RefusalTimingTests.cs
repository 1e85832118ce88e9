using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Accounts;
using Harness.Sessions.Login;

namespace Harness.Sessions.Tests.Login;

/// <summary>A wrong password, a name without an account and a locked-out client differ neither in bytes nor in time (design 6).</summary>
/// <remarks>
/// The method, fixed before anything is measured. Timed at the exchange, without network: what cannot be told apart here cannot from further away.
/// Four classes, 10,000 tries each, in random order, so that whatever else the machine does falls on all alike: wrong password, no account, locked
/// out, and once more no account: those two are the same by construction, and their t is what this machine resolves in this very run. The
/// client's side is one fixed X and a proof of zeros; the first 2,000 tries are not counted. Two classes differ where Welch's t, cropped as dudect
/// does, reaches 4.5. There is no floor: a difference of any size counts. Where the two equal classes are told apart, the run says
/// nothing (inconclusive). Leaks planted by the test, the smallest about 1 us, must be found by the same judge.
/// Each try is either at a name that was never tried before, so that nothing of it is in the processor's cache, or at one of a few names
/// that are tried again and again; these are dealt out anew every 400 tries, so that no name's own luck (where its hash falls) counts as its class.
/// </remarks>
[NonParallelizable]
public sealed class RefusalTimingTests
{
    private const int Tries = 10_000;
    private const int WarmUp = 2_000;
    private const int TriesOfADeal = 400;
    private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);

    /// <summary>What a try is; the two names without an account are the control.</summary>
    private enum Class
    {
        Wrong,
        Unknown,
        Locked,
        UnknownAgain,
    }

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("p256", AugPakeProfile.Framed)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    public async Task Unknown_and_wrong_get_the_same_bytes_but_for_Y(string groupName, AugPakeProfile profile)
    {
        var (authenticator, group, x) = Few(groupName, profile);
        var fresh = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            foreach (var name in (string[])["m4", "m5"])
            {
                using var exchange = authenticator.Begin(new AuthenticationRequest(name, AugPakeMethod.Of(profile, group), false, null));
                var hello = await exchange.NextAsync(x, default);
                Assert.That(hello.Reason, Is.EqualTo(ReasonCode.ContinueAuthentication));
                Assert.That(hello.Data![..8], Is.EqualTo((byte[])[0, 6, .. "broker"u8]));
                Assert.That(hello.Data, Has.Length.EqualTo(8 + group.ElementLength));
                Assert.That(group.IsAcceptable(hello.Data.AsSpan(8)), Is.True);
                Assert.That(fresh.Add(Convert.ToHexString(hello.Data)), Is.True, "a Y of its own");
                Assert.That(await exchange.NextAsync(new byte[32], default), Is.EqualTo(Refused));
            }
        }
    }

    [TestCase("p256", AugPakeProfile.Rfc6628, true)]
    [TestCase("p256", AugPakeProfile.Rfc6628, false)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished, true)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished, false)]
    [Category("Long")]
    public async Task Wrong_unknown_and_locked_out_take_the_same_time_over_10000_tries_each(string groupName, AugPakeProfile profile, bool freshNames)
    {
        var run = await MeasureAsync(groupName, profile, freshNames, authenticator => authenticator);
        foreach (var step in (int[])[0, 1])
        {
            var control = run.T(step, Class.Unknown, Class.UnknownAgain);
            var found = new[] { run.T(step, Class.Wrong, Class.Unknown), run.T(step, Class.Wrong, Class.Locked), run.T(step, Class.Locked, Class.Unknown) };
            if (Math.Abs(control) >= LeakTest.Threshold)
            {
                Assert.Inconclusive($"this machine tells two equal classes apart (t = {control:F1}); try again on a quieter one");
            }

            Assert.That(found.Max(Math.Abs), Is.LessThan(LeakTest.Threshold), step == 0 ? "t of X to Y" : "t of V_C to refusal");
        }
    }

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    [Category("Long")]
    public async Task A_broker_that_does_less_for_unknown_names_is_found(string groupName, AugPakeProfile profile)
    {
        var group = AugPakeGroup.ByName(groupName);
        var early = await MeasureAsync(groupName, profile, true, authenticator => new EarlyAuthenticator(authenticator, group, atProof: false));
        Assert.That(early.T(0, Class.Wrong, Class.Unknown), Is.GreaterThan(LeakTest.Threshold), "no exponentiation for an unknown name");
        var later = await MeasureAsync(groupName, profile, true, authenticator => new EarlyAuthenticator(authenticator, group, atProof: true));
        Assert.That(later.T(1, Class.Wrong, Class.Unknown), Is.GreaterThan(LeakTest.Threshold), "only the check of V_C left out for an unknown name");
    }

    [TestCase("p256", AugPakeProfile.Rfc6628, 1)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished, 20, Description = "its first step takes a millisecond: 2 % of it")]
    [Category("Long")]
    public async Task A_little_more_for_unknown_names_is_found_in_either_step(string groupName, AugPakeProfile profile, int microsecondsOfX)
    {
        var run = await MeasureAsync(
            groupName, profile, true, authenticator => new SlowAuthenticator(authenticator, TimeSpan.FromMicroseconds(microsecondsOfX), TimeSpan.FromMicroseconds(1)));
        foreach (var step in (int[])[0, 1])
        {
            Assert.That(run.T(step, Class.Wrong, Class.Unknown), Is.LessThan(-LeakTest.Threshold), step == 0 ? "X to Y" : "V_C to refusal");
            Assert.That(Math.Abs(run.T(step, Class.Unknown, Class.UnknownAgain)), Is.LessThan(LeakTest.Threshold), "both unknown, both slow");
        }
    }

    private static (AugPakeAuthenticator Authenticator, AugPakeGroup Group, byte[] X) Few(string groupName, AugPakeProfile profile)
    {
        var group = AugPakeGroup.ByName(groupName);
        var store = new AccountStore("broker", [Enrolment.Create("m4", "broker", group, profile, "correct horse")]);
        using var client = new AugPakeClient(group, profile, "m4", "broker", "wrong");
        return (new AugPakeAuthenticator(store, new LockoutOptions(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1 << 10)), group, client.Start());
    }

    private static async Task<Run> MeasureAsync(string groupName, AugPakeProfile profile, bool freshNames, Func<AugPakeAuthenticator, IEnhancedAuthenticator> plant)
    {
        var group = AugPakeGroup.ByName(groupName);
        var method = AugPakeMethod.Of(profile, group);
        var random = new Random(20261122);
        using var client = new AugPakeClient(group, profile, "m4", "broker", "wrong");
        var x = client.Start();
        var proof = new byte[32];
        var run = new Run($"{method}, {(freshNames ? "fresh" : "few")} names");
        var perClass = Tries + (WarmUp / 4);
        var deal = freshNames ? perClass : TriesOfADeal / 4;
        var counted = 0;
        for (var done = 0; done < perClass; done += deal)
        {
            var (authenticator, names) = Deal(group, profile, freshNames ? deal : 1);
            var broker = plant(authenticator);
            var order = Enumerable.Range(0, 4 * deal).Select(i => ((Class)(i % 4), i / 4)).ToArray();
            random.Shuffle(order);
            foreach (var (what, which) in order)
            {
                var name = names[what][which % names[what].Length];
                var start = Stopwatch.GetTimestamp();
                using var exchange = broker.Begin(new AuthenticationRequest(name, method, false, null));
                await exchange.NextAsync(x, default);
                var middle = Stopwatch.GetTimestamp();
                var end = await exchange.NextAsync(proof, default);
                var stop = Stopwatch.GetTimestamp();
                Assert.That(end, Is.EqualTo(Refused));
                if (counted++ >= WarmUp)
                {
                    run.Add(what, middle - start, stop - middle);
                }
            }
        }

        return run;
    }

    /// <summary>A broker whose accounts and lock-outs are those of so many names of each class; which name falls to which class is chance.</summary>
    private static (AugPakeAuthenticator Authenticator, Dictionary<Class, string[]> Names) Deal(AugPakeGroup group, AugPakeProfile profile, int count)
    {
        var names = Enum.GetValues<Class>().ToDictionary(what => what, _ => Enumerable.Range(0, count).Select(_ => RandomNumberGenerator.GetHexString(16)).ToArray());
        var accounts = names[Class.Wrong].Concat(names[Class.Locked]).Order(StringComparer.Ordinal)
            .Select(name => new Account(name, "broker", group, profile, group.PowerOfGenerator(group.DrawScalar())));

        // A deal of one name counts 100 failures for it; the locked ones have theirs already.
        var allowed = count == 1 ? TriesOfADeal : 2;
        var authenticator = new AugPakeAuthenticator(new AccountStore("broker", accounts), new LockoutOptions(allowed, TimeSpan.FromDays(1), TimeSpan.FromDays(1), 1 << 15));
        foreach (var number in names[Class.Locked].Select(authenticator.Accounts.Index.Number))
        {
            while (authenticator.BeginProof(number) != 0)
            {
            }
        }

        GC.Collect();
        return (authenticator, names);
    }

    /// <summary>The samples of a run, in nanoseconds, by class and step.</summary>
    private sealed class Run(string title)
    {
        private readonly Dictionary<(Class, int), List<double>> _samples = [];

        public void Add(Class what, long first, long second)
        {
            List(what, 0).Add(first * 1e9 / Stopwatch.Frequency);
            List(what, 1).Add(second * 1e9 / Stopwatch.Frequency);
        }

        /// <summary>Welch's t of largest magnitude; positive where the second class is quicker.</summary>
        public double T(int step, Class first, Class second)
        {
            var (a, b) = (List(first, step), List(second, step));
            Assert.That((a.Count, b.Count), Is.EqualTo((Tries, Tries)).Using<(int, int)>((seen, wanted) => Math.Abs(seen.Item1 - wanted.Item1) < Tries / 20 && Math.Abs(seen.Item2 - wanted.Item2) < Tries / 20));
            var t = LeakTest.LargestT(a, b);
            TestContext.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{title}, {(step == 0 ? "X to Y" : "V_C to refusal")}, {first} against {second}: t = {t:F2}, medians {Median(a):F0} and {Median(b):F0} ns, {a.Count} and {b.Count} tries"));
            return t;
        }

        private List<double> List(Class what, int step) => _samples.TryGetValue((what, step), out var list) ? list : _samples[(what, step)] = [];

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }

    /// <summary>The small planted leak: so much longer in each step for a name without an account.</summary>
    private sealed class SlowAuthenticator(AugPakeAuthenticator inner, TimeSpan first, TimeSpan second) : IEnhancedAuthenticator
    {
        public bool Supports(string method) => inner.Supports(method);

        public IAuthenticationExchange Begin(AuthenticationRequest request) =>
            new Exchange(inner.Begin(request), inner.Accounts.Knows(request.ClientId) ? [TimeSpan.Zero, TimeSpan.Zero] : [first, second]);

        private sealed class Exchange(IAuthenticationExchange honest, TimeSpan[] more) : IAuthenticationExchange
        {
            private int _step;

            public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
            {
                var until = Stopwatch.GetTimestamp() + (more[_step++].Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
                while (Stopwatch.GetTimestamp() < until)
                {
                }

                return honest.NextAsync(data, cancellationToken);
            }

            public void Completed() => honest.Completed();

            public void Dispose() => honest.Dispose();
        }
    }

    /// <summary>The planted leak: a broker that spares itself work for a name without an account, with the same bytes.</summary>
    private sealed class EarlyAuthenticator(AugPakeAuthenticator inner, AugPakeGroup group, bool atProof) : IEnhancedAuthenticator
    {
        private readonly byte[] _y = group.PowerOfGenerator(group.DrawScalar());

        public bool Supports(string method) => inner.Supports(method);

        public IAuthenticationExchange Begin(AuthenticationRequest request) => inner.Accounts.Find(request.ClientId, request.Method) is null
            ? new Exchange(inner.Begin(request), new ServerHello(inner.Accounts.Server, _y).Encode(), atProof)
            : inner.Begin(request);

        private sealed class Exchange(IAuthenticationExchange honest, byte[] hello, bool atProof) : IAuthenticationExchange
        {
            private bool _asked;

            public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
            {
                var first = !_asked;
                _asked = true;
                return first && atProof ? honest.NextAsync(data, cancellationToken)
                    : first ? new(AuthenticationStep.Continue(hello)) : new(Refused);
            }

            public void Completed() => honest.Completed();

            public void Dispose() => honest.Dispose();
        }
    }
}
