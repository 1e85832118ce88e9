using System.Diagnostics;
using System.Globalization;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Accounts;
using Harness.Sessions.Login;

namespace Harness.Sessions.Tests.Login;

/// <summary>A name without an account and a wrong password differ neither in bytes nor in time (design 6).</summary>
/// <remarks>
/// Timed at the exchange, without network: what cannot be told apart here cannot from further away. Tries at one name that has an account
/// and at one that has none are interleaved in random order, so that whatever else the machine does falls on both alike. The client's
/// side is one fixed X and a proof of zeros. A difference counts where Welch's t finds it and the medians lie further apart than
/// <see cref="FloorNanoseconds"/>: one name differs from another by up to 10 ns (where its hash falls), which is nobody's secret.
/// Not covered: the first try at a name in a large account list, whose account is not in the processor's cache yet (about 0.3 us of 110).
/// </remarks>
[NonParallelizable]
public sealed class RefusalTimingTests
{
    private const int Pairs = 5000;
    private const int WarmUp = 200;
    private const double FloorNanoseconds = 50;
    private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("p256", AugPakeProfile.Framed)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    public async Task Unknown_and_wrong_get_the_same_bytes_but_for_Y(string groupName, AugPakeProfile profile)
    {
        var (authenticator, group, x) = Set(groupName, profile);
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

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    [Category("Long")]
    public async Task Unknown_and_wrong_take_the_same_time_over_10000_tries(string groupName, AugPakeProfile profile)
    {
        var (authenticator, group, x) = Set(groupName, profile);
        var (first, second) = await MeasureAsync(authenticator, AugPakeMethod.Of(profile, group), x);
        Assert.That(Math.Abs(first), Is.LessThan(LeakTest.Threshold), "t of X to Y");
        Assert.That(Math.Abs(second), Is.LessThan(LeakTest.Threshold), "t of V_C to refusal");
    }

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    [Category("Long")]
    public async Task A_broker_that_returns_early_for_unknown_names_is_found(string groupName, AugPakeProfile profile)
    {
        var (authenticator, group, x) = Set(groupName, profile);
        var method = AugPakeMethod.Of(profile, group);
        var (early, _) = await MeasureAsync(new EarlyAuthenticator(authenticator, group, atProof: false), method, x);
        Assert.That(early, Is.GreaterThan(LeakTest.Threshold), "no exponentiation for an unknown name");
        var (_, later) = await MeasureAsync(new EarlyAuthenticator(authenticator, group, atProof: true), method, x);
        Assert.That(later, Is.GreaterThan(LeakTest.Threshold), "only the check of V_C left out for an unknown name");
    }

    private static (AugPakeAuthenticator Authenticator, AugPakeGroup Group, byte[] X) Set(string groupName, AugPakeProfile profile)
    {
        var group = AugPakeGroup.ByName(groupName);
        var verifier = Enrolment.Create("m4", "broker", group, profile, "correct horse").Verifier;
        var store = new AccountStore("broker", [new Account("m4", "broker", group, profile, verifier)]);
        var unlimited = new LockoutOptions(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1 << 20);
        using var client = new AugPakeClient(group, profile, "m4", "broker", "wrong");
        return (new AugPakeAuthenticator(store, unlimited), group, client.Start());
    }

    /// <summary>t of (wrong password, unknown name) for the first and for the second step; positive where the unknown name is quicker, 0 below the floor.</summary>
    private static async Task<(double First, double Second)> MeasureAsync(IEnhancedAuthenticator authenticator, string method, byte[] x)
    {
        var random = new Random(20261122);
        var samples = new Dictionary<string, (List<double> First, List<double> Second)> { ["m4"] = ([], []), ["m5"] = ([], []) };
        var proof = new byte[32];
        for (var pair = 0; pair < Pairs + WarmUp; pair++)
        {
            string[] order = random.Next(2) == 0 ? ["m4", "m5"] : ["m5", "m4"];
            foreach (var name in order)
            {
                using var exchange = authenticator.Begin(new AuthenticationRequest(name, method, false, null));
                var start = Stopwatch.GetTimestamp();
                await exchange.NextAsync(x, default);
                var middle = Stopwatch.GetTimestamp();
                var end = await exchange.NextAsync(proof, default);
                var stop = Stopwatch.GetTimestamp();
                Assert.That(end, Is.EqualTo(Refused));
                if (pair >= WarmUp)
                {
                    samples[name].First.Add((middle - start) * 1e9 / Stopwatch.Frequency);
                    samples[name].Second.Add((stop - middle) * 1e9 / Stopwatch.Frequency);
                }
            }
        }

        return (Judge(method, "X to Y", samples["m4"].First, samples["m5"].First), Judge(method, "V_C to refusal", samples["m4"].Second, samples["m5"].Second));
    }

    private static double Judge(string method, string step, List<double> known, List<double> unknown)
    {
        Assert.That((known.Count, unknown.Count), Is.EqualTo((Pairs, Pairs)));
        var (t, first, second) = (LeakTest.LargestT(known, unknown), Median(known), Median(unknown));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{method}, {step}, {Pairs} pairs: t = {t:F2}, medians known {first:F0} ns, unknown {second:F0} ns"));
        return Math.Abs(first - second) > FloorNanoseconds ? t : 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

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
