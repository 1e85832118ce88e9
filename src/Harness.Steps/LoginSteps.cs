namespace Harness.Steps;

/// <summary>Enrolment and logins, and how they end.</summary>
[Binding]
public sealed class LoginSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    // A day is longer than any scenario; a timer takes no more than 24 of them.
    private const int MaximumLoginTimeout = 86_400;

    private Adversary.RogueBroker? _rogue;

    [Given("^a broker with enhanced authentication$")]
    public Task GivenABroker() => broker.StartAsync();

    [Given("^" + StepPatterns.Device + " is enrolled at the broker$")]
    public void GivenEnrolled(string device) => logins.Enrol(device);

    [Given("^" + StepPatterns.Device + @" is enrolled at the broker on group ([\w-]+)$")]
    public void GivenEnrolledOnGroup(string device, string group) => logins.Enrol(device, group);

    [Given("^" + StepPatterns.Device + @" is enrolled at the broker with profile ([\w-]+) on group ([\w-]+)$")]
    public void GivenEnrolledWith(string device, string profile, string group) => logins.Enrol(device, group, profile);

    [Given("^" + StepPatterns.Device + " was given another password$")]
    public void GivenAnotherPassword(string device) => logins.Device(device).UsePassword(RandomPasswords.New());

    [Given("^the account of " + StepPatterns.Device + " was made from another password$")]
    public void GivenAnotherAccount(string device) => logins.ReplaceAccount(logins.Device(device));

    [Given("^a rogue broker that makes up the verifier of " + StepPatterns.Device + "$")]
    public async Task GivenARogueBroker(string device) =>
        _rogue = scope.Own(await Adversary.RogueBroker.StartWithoutVerifierAsync(logins.Device(device).Identity.Server, scope.Cancellation));

    [When("^" + StepPatterns.Device + " logs in$")]
    public Task WhenLogsIn(string device) => logins.LogInAsync(logins.Device(device));

    [When("^" + StepPatterns.Device + " logs in through a tap$")]
    public async Task WhenLogsInThroughATap(string device)
    {
        await tap.OpenAsync();
        await logins.LogInAsync(logins.Device(device));
    }

    [When("^" + StepPatterns.Device + @" logs in (\d+) times$")]
    public async Task WhenLogsInTimes(string device, int times)
    {
        await tap.OpenAsync();
        for (var i = 0; i < times; i++)
        {
            await logins.RequireLoginAsync(logins.Device(device));
        }
    }

    [When("^" + StepPatterns.Device + @" logs in (\d+) times in vain$")]
    public async Task WhenLogsInInVain(string device, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await logins.LogInAsync(logins.Device(device));
            ThenTheBrokerRefuses("87");
        }
    }

    [When("^" + StepPatterns.Device + " logs in to the rogue broker$")]
    public async Task WhenLogsInToTheRogue(string device)
    {
        Check.Needs(_rogue is not null, "rogue broker", "one in the scenario", "none", $"Given a rogue broker that makes up the verifier of {device}");
        await logins.LogInAsync(logins.Device(device), _rogue.Endpoint);
        if (_rogue.Triggered == 0)
        {
            // A broken rig is thrown by this look at the login; whatever else kept the attack from running is named.
            var end = logins.Observe(logins.Device(device));
            throw new InconclusiveException("rogue broker", "to get as far as sending its V_S", $"it did not; login of {device}: {end.Seen}");
        }

        Check.Equal(0, _rogue.Deceived, $"messages {device} sent to the rogue broker");
    }

    [When("^" + StepPatterns.Device + @" logs in with (\d+) seconds of patience$")]
    public Task WhenLogsInWithin(string device, int seconds) =>
        logins.LogInAsync(logins.Device(device), timeout: TimeSpan.FromSeconds(Math.Min(seconds, MaximumLoginTimeout)));

    [When("^the account of " + StepPatterns.Device + " is removed$")]
    public void WhenAccountRemoved(string device) => logins.RemoveAccount(logins.Device(device));

    [When("^" + StepPatterns.Device + " is given the right password$")]
    public void WhenGivenTheRightPassword(string device) => logins.Device(device).UsePassword(logins.Device(device).EnrolledPassword);

    [Then("^the login succeeds$")]
    public void ThenTheLoginSucceeds()
    {
        var end = logins.Observe(logins.Last);
        logins.RefuseToJudge(logins.Last, end);
        Check.That(end.Status == LoginStatus.Succeeded, $"login of {logins.Last.Name}", "to succeed", end.Seen);
    }

    [Then("^the broker refuses the login with reason " + StepPatterns.Reason + "$")]
    public void ThenTheBrokerRefuses(string reason)
    {
        var end = logins.Observe(logins.Last);
        Check.That(
            end.Status == LoginStatus.RefusedByBroker && end.Reason == StepPatterns.ReasonOf(reason), $"login of {logins.Last.Name}",
            $"the broker to refuse with 0x{reason}", end.Seen);
    }

    [Then("^" + StepPatterns.Device + @" aborts with ([A-Z-]+)$")]
    public void ThenTheDeviceAborts(string device, string code)
    {
        var end = logins.Observe(logins.Device(device));
        Check.That(end.Status == LoginStatus.AbortedByDevice && end.Code == code, $"login of {device}", $"{device} to abort with {code}", end.Seen);
    }

    [Then("^both logins are refused with reason " + StepPatterns.Reason + "$")]
    public void ThenBothAreRefused(string reason)
    {
        var ends = logins.Last.Logins;
        Check.Needs(ends.Count == 2, $"logins of {logins.Last.Name}", "two of them", $"{ends.Count}", $"When {logins.Last.Name} logs in");
        foreach (var end in ends)
        {
            Check.That(
                end.Status == LoginStatus.RefusedByBroker && end.Reason == StepPatterns.ReasonOf(reason), $"login of {logins.Last.Name}",
                $"the broker to refuse with 0x{reason}", end.Seen);
        }
    }

    [Given("^" + StepPatterns.Device + " is logged in$")]
    public Task GivenLoggedIn(string device) => logins.RequireLoginAsync(logins.Device(device));

    [Then("^" + StepPatterns.Device + " is still connected$")]
    public async Task ThenStillConnected(string device)
    {
        try
        {
            // A round trip: a connection that was taken over does not answer it.
            await logins.Session(device).RoundTripAsync(scope.Cancellation);
            Check.Judged();
        }
        catch (SessionException e)
        {
            throw new CheckFailedException($"connection of {device}", "to stay", e.Message, inner: e);
        }
    }

    [When("^" + StepPatterns.Device + " re-authenticates$")]
    public Task WhenReauthenticates(string device) => logins.ReauthenticateAsync(device);

    [Then("^the re-authentication succeeds$")]
    public void ThenTheReauthenticationSucceeds()
    {
        var end = logins.Observe(logins.Last);
        Check.Needs(end.IsReauthentication, $"re-authentication of {logins.Last.Name}", "one", "a login only", $"When {logins.Last.Name} re-authenticates");
        Check.That(end.Status == LoginStatus.Succeeded, $"re-authentication of {logins.Last.Name}", "to succeed", end.Seen);
    }

    [Then("^the login fails as a protocol error$")]
    public void ThenTheLoginFailsAsAProtocolError()
    {
        var end = logins.Observe(logins.Last);
        Check.That(end.Status == LoginStatus.ProtocolError, $"login of {logins.Last.Name}", "to fail as a protocol error", end.Seen);
    }

    [Then("^the login ends because the broker is gone$")]
    public void ThenTheBrokerIsGone()
    {
        var end = logins.Observe(logins.Last);
        Check.That(end.Status == LoginStatus.BrokerGone, $"login of {logins.Last.Name}", "to end because the broker is gone", end.Seen);
    }

    [Then("^the login ends because the broker did not answer in time$")]
    public void ThenTheBrokerDidNotAnswer()
    {
        var end = logins.Observe(logins.Last);
        Check.That(end.Status == LoginStatus.TimedOut, $"login of {logins.Last.Name}", "to end because nothing came in time", end.Seen);
    }

    [Then("^" + StepPatterns.Device + " and the broker hold the same session key$")]
    public void ThenBothHoldTheSameKey(string device)
    {
        var under = logins.Device(device);
        var (atBroker, atDevice) = (broker.Broker.SessionFingerprint(under.Client), under.Session is null ? null : under.Fingerprints.LastOrDefault());
        if (atBroker is null && atDevice is null)
        {
            // Nothing is equal to nothing: what is missing is the login.
            LoginDriver.Session(under);
        }

        Check.Equal(atBroker, atDevice, $"session key of {device} and broker (fingerprints)");
    }

    [Then("^" + StepPatterns.Device + " holds no session key$")]
    public Task ThenHoldsNoSessionKey(string device)
    {
        // Only a party with SK gets as far as unwrapping: it would answer BAD-KEY to this wrap.
        logins.Device(device);
        return logins.CheckKeyWrapAnswerAsync(device, "STATE", $"session key of {device}", "none", "a wrap was accepted");
    }

    [Then("^the next login of " + StepPatterns.Device + " succeeds$")]
    public Task ThenTheNextLoginSucceeds(string device)
    {
        tap.EndAttack();
        logins.Device(device).UsePassword(logins.Device(device).EnrolledPassword);
        return logins.RequireLoginAsync(logins.Device(device));
    }

    [Then(@"^all (\d+) session keys differ$")]
    public void ThenAllKeysDiffer(int count)
    {
        var keys = logins.Last.Fingerprints;
        Check.Needs(
            count > 1 && keys.Count == count, $"session keys of {logins.Last.Name}", count > 1 ? $"{count} logins that succeeded" : "two keys or more to compare",
            $"{keys.Count}", $"When {logins.Last.Name} logs in {Math.Max(count, 2)} times");
        Check.Equal(count, keys.Distinct().Count(), $"different session keys of {logins.Last.Name}");
    }

    [Then("^no handshake message occurs twice$")]
    public void ThenNoMessageTwice()
    {
        foreach (var field in (string[])["X", "Y", "V_C", "V_S"])
        {
            var values = tap.Tap.Values(StepPatterns.Target(field)).Select(Convert.ToHexString).ToList();
            Check.Needs(values.Count > 1, $"{field} at the tap", "that of several logins", $"{values.Count}", "When host logs in 3 times");
            Check.Equal(values.Count, values.Distinct().Count(), $"different values of {field}");
        }
    }

    [Then("^both refusals are alike, byte for byte, but for the broker's Y$")]
    public void ThenBothRefusalsAreAlike()
    {
        var connections = tap.RefusedConnections(2);
        var known = Adversary.RefusalTrace.Of(tap.Tap, connections[0]);
        var unknown = Adversary.RefusalTrace.Of(tap.Tap, connections[1]);
        Check.That(known.Length > 256 / 4, "first refusal", "an AUTH and a CONNACK", $"{known.Length} bytes");
        var same = known.AsSpan().CommonPrefixLength(unknown);
        Check.That(
            same == known.Length && same == unknown.Length, "refusal of an unknown client",
            $"the {known.Length} bytes of the refusal of a wrong password", $"{unknown.Length} bytes, another from byte {same} on");
    }

    [Then("^the broker ends that connection as a protocol error$")]
    public Task ThenAProtocolError() => ThenTheBrokerEndsTheConnection("82");

    [Then("^the broker ends that connection with reason " + StepPatterns.Reason + "$")]
    public async Task ThenTheBrokerEndsTheConnection(string reason)
    {
        Check.Needs(tap.Tap.Seen.Count > 0, "connection at the tap", "one", "none", "When host logs in");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(scope.Cancellation);
        var wait = environment.HandshakeTimeout < Soon ? environment.HandshakeTimeout : Soon;
        limit.CancelAfter(wait);
        try
        {
            await tap.Tap.WaitForAsync(
                packet => packet.Direction == PacketDirection.ToClient && packet.Packet is DisconnectPacket end && end.Reason == StepPatterns.ReasonOf(reason),
                limit.Token);
            Check.Judged();
        }
        catch (OperationCanceledException) when (!scope.Cancellation.IsCancellationRequested)
        {
            throw new CheckFailedException("broker", $"DISCONNECT 0x{reason}", $"none within {wait.TotalSeconds:F0} s");
        }
    }
}
