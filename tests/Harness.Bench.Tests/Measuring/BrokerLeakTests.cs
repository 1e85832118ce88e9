using Harness.Crypto.Groups;
using Harness.Mqtt;
using Harness.Sessions.Login;

namespace Harness.Bench.Tests.Measuring;

/// <summary>Checks that a wrong password, a name without an account and a locked-out client take the same time at the broker.</summary>
/// <remarks>
/// The method, fixed before anything is measured, is that of <c>./harness leak</c>: interleaved classes of 10,000 tries, the names without an account
/// twice, as two classes that are equal by construction, and Welch's t of times and scatter, cropped as dudect does. There is no floor: a difference of
/// any size counts. If the two equal classes differ, the run is inconclusive. Leaks planted by the tests, the smallest about 1 us, must be found by the same test.
/// </remarks>
[NonParallelizable]
public sealed class BrokerLeakTests : LeakTestsOnSim
{
    private const int Many = 10_000;
    // The missing exponentiation for a name without account is a tenth of a millisecond: found on any machine, and so in the ordinary run.
    [TestCase("broker-unknown")]
    [TestCase("broker-unknown-repeated")]
    public async Task A_broker_that_answers_unknown_names_at_once_is_found(string subject)
    {
        var result = await RunAsync(subject, 200, inner => new EarlyAuthenticator(inner, AugPakeGroup.P256, atProof: false));
        Assert.That((result.Verdict, result.Steps[0].Test.Kind), Is.EqualTo((Verdict.Fail, LeakKind.Found)), result.Description);
        Assert.That(result.Steps[0].Test.Difference, Is.LessThan(-10_000), "no exponentiation for an unknown name");
        Assert.That(result.Description, Does.StartWith("X to Y: LEAK, definitely"));
    }

    [TestCase("broker-unknown")]
    [TestCase("broker-unknown-modp")]
    [TestCase("broker-unknown-repeated")]
    [TestCase("broker-unknown-modp-repeated")]
    [TestCase("broker-locked")]
    [TestCase("broker-locked-modp")]
    [TestCase("broker-locked-repeated")]
    [TestCase("broker-locked-modp-repeated")]
    [Category("Long")]
    public async Task Wrong_unknown_and_locked_out_take_the_same_time_over_10000_tries_each(string subject)
    {
        var result = await RunAsync(subject, Many, null);
        if (result.Verdict == Verdict.Inconclusive)
        {
            Assert.Inconclusive(result.Description);
        }

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Pass), result.Description);
    }

    [TestCase("broker-unknown", "p256")]
    [TestCase("broker-unknown-modp", "modp2048-q256")]
    [Category("Long")]
    public async Task A_broker_that_does_less_for_unknown_names_is_found_in_the_step_it_does_less_in(string subject, string groupName)
    {
        var group = AugPakeGroup.ByName(groupName);
        var early = await RunAsync(subject, Many, inner => new EarlyAuthenticator(inner, group, atProof: false));
        Assert.That(early.Steps[0].Test.T.T, Is.LessThan(-LeakTest.Threshold), "no exponentiation for an unknown name");
        var later = await RunAsync(subject, Many, inner => new EarlyAuthenticator(inner, group, atProof: true));
        Assert.That(later.Steps[1].Test.T.T, Is.LessThan(-LeakTest.Threshold), "only the check of V_C left out for an unknown name");
    }

    [TestCase("broker-unknown", 1)]
    [TestCase("broker-unknown-modp", 20, Description = "its first step takes a millisecond: 2 % of it")]
    [Category("Long")]
    public async Task A_little_more_for_unknown_names_is_found_in_either_step(string subject, int microsecondsOfX)
    {
        var result = await RunAsync(
            subject, Many, inner => new SlowAuthenticator(inner, TimeSpan.FromMicroseconds(microsecondsOfX), TimeSpan.FromMicroseconds(1)));
        foreach (var step in result.Steps)
        {
            Assert.That(step.Test.T.T, Is.GreaterThan(LeakTest.Threshold), step.ToString());
            Assert.That(Math.Abs(step.Test.Control.T), Is.LessThan(LeakTest.Threshold), $"both unknown, both slow; {step}");
        }
    }

    private async Task<LeakResult> RunAsync(string subject, int rounds, Func<AugPakeAuthenticator, IEnhancedAuthenticator>? plant)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var entry = BrokerLeaks.Entries.Single(e => e.Name == subject);
        var request = new LeakRequest("host", subject) { RealTime = rounds == Many };
        var result = await _leaks.InProcessAsync(request, BrokerLeaks.Open(entry, rounds, plant), rounds, null, limit.Token);
        TestContext.Out.WriteLine($"{subject}: {result.Description}");
        return result;
    }

    /// <summary>The small planted leak: a fixed extra time in each step for a name without an account.</summary>
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

    /// <summary>The planted leak: a broker that skips work for a name without an account and sends the same bytes.</summary>
    private sealed class EarlyAuthenticator(AugPakeAuthenticator inner, AugPakeGroup group, bool atProof) : IEnhancedAuthenticator
    {
        private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);
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
