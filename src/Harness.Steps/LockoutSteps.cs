namespace Harness.Steps;

/// <summary>Guessing, and how long it stops whoever guesses. The broker's clock is moved by hand: nobody waits.</summary>
[Binding]
public sealed class LockoutSteps(BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private readonly BrokerClock _clock = new();

    [Given(@"^a broker that locks a name out for (\d+) seconds after (\d+) wrong passwords$")]
    public Task GivenABroker(int seconds, int failures) => broker.StartAsync(configure: options => options with
    {
        Lockout = new LockoutOptions(failures, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(4L * seconds), 100),
        TimeProvider = _clock,
    });

    [When("^" + StepPatterns.Device + @" is refused (\d+) times with reason " + StepPatterns.Reason + "$")]
    public async Task WhenRefused(string device, int times, string reason)
    {
        var under = logins.Device(device);
        for (var i = 1; i <= times; i++)
        {
            await logins.LogInAsync(under);
            var end = logins.Observe(under);
            Check.That(
                end.Status == LoginStatus.RefusedByBroker && end.Reason == StepPatterns.ReasonOf(reason), $"login {i} of {device}",
                $"the broker to refuse with 0x{reason}", end.Seen);
        }
    }

    [When(@"^(\d+) seconds? (?:pass|passes) at the broker$")]
    public void WhenTimePasses(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    [Then(@"^all (\d+) refusals are alike, byte for byte, but for the broker's Y$")]
    public void ThenAllAreAlike(int count)
    {
        var connections = tap.RefusedConnections(count);
        var traces = connections.Select(c => RefusalTrace.Of(tap.Tap, c)).ToList();
        Check.That(traces[0].Length > 64, "first refusal", "an AUTH and a CONNACK", $"{traces[0].Length.ToString(CultureInfo.InvariantCulture)} bytes");
        Check.Equal(1, traces.Select(Convert.ToHexString).Distinct().Count(), "different refusals");
    }

    [Then("^the broker had locked " + StepPatterns.Device + " out$")]
    public void ThenLockedOut(string device)
    {
        // Only the broker knows this: without it the scenario would not have been about a lock-out.
        var last = broker.Broker.Logins.Last(logins.Device(device).Client)?.Outcome;
        Check.Needs(last is not null, $"last login of {device} at the broker", "one", "none", $"When {device} logs in");
        Check.That(last == LoginOutcome.LockedOut, $"last login of {device} at the broker", "locked out", last.ToString()!);
    }

    [Then("^the next try of " + StepPatterns.Device + " is judged, not locked out$")]
    public async Task ThenJudged(string device)
    {
        var under = logins.Device(device);
        Check.Needs(
            under.Logins.LastOrDefault()?.Status == LoginStatus.RefusedByBroker, $"tries of {device}", "some that the broker refused",
            under.Logins.Count > 0 ? $"its last login: {under.Logins[^1].Seen}" : "it did not log in in this scenario", $"When {device} is refused 2 times with reason 0x87");
        await logins.LogInAsync(under);
        var last = broker.Broker.Logins.Last(under.Client)?.Outcome;
        Check.Needs(last != LoginOutcome.Accepted, $"next try of {device}", "a wrong password", "the right one", $"Given {device} was given another password");
        Check.Equal(LoginOutcome.WrongProof, last, $"last login of {device} at the broker");
    }

    [Then(@"^the broker has accepted (\d+) logins? of " + StepPatterns.Device + "$")]
    public void ThenAccepted(int count, string device)
    {
        var seen = broker.Broker.Logins.Records.Where(r => r.Client == logins.Device(device).Client).ToList();
        Check.Needs(seen.Count > 0, $"logins of {device} at the broker", "one or more", "none", $"When {device} logs in");
        Check.Equal(count, seen.Count(r => r.Outcome == LoginOutcome.Accepted), $"accepted logins of {device}");
    }

    /// <summary>The system's clock, put forward; its timers run as ever.</summary>
    private sealed class BrokerClock : TimeProvider
    {
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
    }
}
