using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Enrolment and logins, and how they end.</summary>
[Binding]
public sealed class LoginSteps(ScenarioWorld world)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    // A day is longer than any scenario; a timer takes no more than 24 of them.
    private const int LongestPatience = 86_400;

    private Adversary.ImpostorBroker? rogue;

    [Given("^a broker with enhanced authentication$")]
    public Task GivenABroker() => world.StartBrokerAsync();

    [Given("^" + Words.Device + " is enrolled at the broker$")]
    public void GivenEnrolled(string device) => world.Enrol(device);

    [Given("^" + Words.Device + @" is enrolled at the broker on group ([\w-]+)$")]
    public void GivenEnrolledOnGroup(string device, string group) => world.Enrol(device, group);

    [Given("^" + Words.Device + @" is enrolled at the broker with profile ([\w-]+) on group ([\w-]+)$")]
    public void GivenEnrolledWith(string device, string profile, string group) => world.Enrol(device, group, profile);

    [Given("^" + Words.Device + " was given another password$")]
    public void GivenAnotherPassword(string device) => world.Device(device).UsePassword(DeviceUnderTest.NewPassword());

    [Given("^the account of " + Words.Device + " was made from another password$")]
    public void GivenAnotherAccount(string device) => world.ReplaceAccount(world.Device(device));

    [Given("^a rogue broker that makes up the verifier of " + Words.Device + "$")]
    public async Task GivenARogueBroker(string device) =>
        rogue = world.Own(await Adversary.ImpostorBroker.StartAsync(world.Device(device).Identity.Server, world.Cancellation));

    [When("^" + Words.Device + " logs in$")]
    public Task WhenLogsIn(string device) => world.LoginAsync(world.Device(device));

    [When("^" + Words.Device + " logs in through a tap$")]
    public async Task WhenLogsInThroughATap(string device)
    {
        await world.StartTapAsync();
        await world.LoginAsync(world.Device(device));
    }

    [When("^" + Words.Device + @" logs in (\d+) times$")]
    public async Task WhenLogsInTimes(string device, int times)
    {
        await world.StartTapAsync();
        for (var i = 0; i < times; i++)
        {
            await world.RequireLoginAsync(world.Device(device));
        }
    }

    [When("^" + Words.Device + @" logs in (\d+) times in vain$")]
    public async Task WhenLogsInInVain(string device, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await world.LoginAsync(world.Device(device));
            ThenTheBrokerRefuses("87");
        }
    }

    [When("^" + Words.Device + " logs in to the rogue broker$")]
    public async Task WhenLogsInToTheRogue(string device)
    {
        Check.Needs(rogue is not null, "rogue broker", "one in the scenario", "none", $"Given a rogue broker that makes up the verifier of {device}");
        await world.LoginAsync(world.Device(device), rogue.Endpoint);
        if (rogue.Triggered == 0)
        {
            // A broken rig is thrown by this look at the login; whatever else kept the attack from running is named.
            var end = world.Device(device).Observe();
            throw new InconclusiveException("rogue broker", "to get as far as sending its V_S", $"it did not; login of {device}: {end.Seen}");
        }

        Check.Equal(0, rogue.Deceived, $"messages {device} sent to the rogue broker");
    }

    [When("^" + Words.Device + @" logs in with (\d+) seconds of patience$")]
    public Task WhenLogsInWithPatience(string device, int seconds) =>
        world.LoginAsync(world.Device(device), patience: TimeSpan.FromSeconds(Math.Min(seconds, LongestPatience)));

    [When("^the account of " + Words.Device + " is removed$")]
    public void WhenAccountRemoved(string device) => world.RemoveAccount(world.Device(device));

    [When("^" + Words.Device + " is given the right password$")]
    public void WhenGivenTheRightPassword(string device) => world.Device(device).UsePassword(world.Device(device).RightPassword);

    [Then("^the login succeeds$")]
    public void ThenTheLoginSucceeds()
    {
        var end = Last().Observe();
        LineTrouble.RefuseToJudge(world, Last(), end);
        Check.That(end.Kind == LoginKind.Succeeded, $"login of {Last().Name}", "to succeed", end.Seen);
    }

    [Then("^the broker refuses the login with reason " + Words.Reason + "$")]
    public void ThenTheBrokerRefuses(string reason)
    {
        var end = Last().Observe();
        Check.That(
            end.Kind == LoginKind.RefusedByBroker && end.Reason == Words.ReasonOf(reason), $"login of {Last().Name}",
            $"the broker to refuse with 0x{reason}", end.Seen);
    }

    [Then("^" + Words.Device + @" aborts with ([A-Z-]+)$")]
    public void ThenTheDeviceAborts(string device, string code)
    {
        var end = world.Device(device).Observe();
        Check.That(end.Kind == LoginKind.AbortedByDevice && end.Code == code, $"login of {device}", $"{device} to abort with {code}", end.Seen);
    }

    [Then("^both logins are refused with reason " + Words.Reason + "$")]
    public void ThenBothAreRefused(string reason)
    {
        var ends = Last().Ends;
        Check.Needs(ends.Count == 2, $"logins of {Last().Name}", "two of them", $"{ends.Count}", $"When {Last().Name} logs in");
        foreach (var end in ends)
        {
            Check.That(
                end.Kind == LoginKind.RefusedByBroker && end.Reason == Words.ReasonOf(reason), $"login of {Last().Name}",
                $"the broker to refuse with 0x{reason}", end.Seen);
        }
    }

    [Given("^" + Words.Device + " is logged in$")]
    public Task GivenLoggedIn(string device) => world.RequireLoginAsync(world.Device(device));

    [Then("^" + Words.Device + " is still connected$")]
    public async Task ThenStillConnected(string device)
    {
        try
        {
            // A round trip: a connection that was taken over does not answer it.
            await world.SessionOf(device).SubscribeAsync("lab/alive", world.Cancellation);
            Check.Judged();
        }
        catch (SessionException e)
        {
            throw new CheckFailedException($"connection of {device}", "to stay", e.Message, inner: e);
        }
    }

    [When("^" + Words.Device + " re-authenticates$")]
    public Task WhenReauthenticates(string device) => world.ReauthenticateAsync(world.Device(device));

    [Then("^the re-authentication succeeds$")]
    public void ThenTheReauthenticationSucceeds()
    {
        var end = Last().Observe();
        Check.Needs(end.IsReauthentication, $"re-authentication of {Last().Name}", "one", "a login only", $"When {Last().Name} re-authenticates");
        Check.That(end.Kind == LoginKind.Succeeded, $"re-authentication of {Last().Name}", "to succeed", end.Seen);
    }

    [Then("^the login fails as a protocol error$")]
    public void ThenTheLoginFailsAsAProtocolError()
    {
        var end = Last().Observe();
        Check.That(end.Kind == LoginKind.ProtocolError, $"login of {Last().Name}", "to fail as a protocol error", end.Seen);
    }

    [Then("^the login ends because the broker is gone$")]
    public void ThenTheBrokerIsGone()
    {
        var end = Last().Observe();
        Check.That(end.Kind == LoginKind.BrokerGone, $"login of {Last().Name}", "to end because the broker is gone", end.Seen);
    }

    [Then("^the login ends because the broker did not answer in time$")]
    public void ThenTheBrokerDidNotAnswer()
    {
        var end = Last().Observe();
        Check.That(end.Kind == LoginKind.TimedOut, $"login of {Last().Name}", "to end because nothing came in time", end.Seen);
    }

    [Then("^" + Words.Device + " and the broker hold the same session key$")]
    public void ThenBothHoldTheSameKey(string device)
    {
        var under = world.Device(device);
        var (atBroker, atDevice) = (world.Broker.SessionFingerprint(under.Identity.Client), under.Session is null ? null : under.Fingerprints.LastOrDefault());
        if (atBroker is null && atDevice is null)
        {
            // Nothing is equal to nothing: what is missing is the login.
            ScenarioWorld.SessionOf(under);
        }

        Check.Equal(atBroker, atDevice, $"session key of {device} and broker (fingerprints)");
    }

    [Then("^" + Words.Device + " holds no session key$")]
    public async Task ThenHoldsNoSessionKey(string device)
    {
        // Only a party with SK gets as far as unwrapping: it would answer BAD-KEY to this wrap.
        world.Device(device);
        var party = await world.SamePartyAsync(device);
        try
        {
            await party.AcceptWrapAsync(128, new byte[40], world.Cancellation);
            throw new CheckFailedException($"session key of {device}", "none", "a wrap was accepted");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal("STATE", e.Code, $"answer of {device} to a key wrap");
        }
    }

    [Then("^the next login of " + Words.Device + " succeeds$")]
    public Task ThenTheNextLoginSucceeds(string device)
    {
        world.EndAttack();
        world.Device(device).UsePassword(world.Device(device).RightPassword);
        return world.RequireLoginAsync(world.Device(device));
    }

    [Then(@"^all (\d+) session keys differ$")]
    public void ThenAllKeysDiffer(int count)
    {
        var keys = Last().Fingerprints;
        Check.Needs(
            count > 1 && keys.Count == count, $"session keys of {Last().Name}", count > 1 ? $"{count} logins that succeeded" : "two keys or more to compare",
            $"{keys.Count}", $"When {Last().Name} logs in {Math.Max(count, 2)} times");
        Check.Equal(count, keys.Distinct().Count(), $"different session keys of {Last().Name}");
    }

    [Then("^no handshake message occurs twice$")]
    public void ThenNoMessageTwice()
    {
        foreach (var field in (string[])["X", "Y", "V_C", "V_S"])
        {
            var values = world.Tap.Values(Words.Target(field)).Select(Convert.ToHexString).ToList();
            Check.Needs(values.Count > 1, $"{field} at the tap", "that of several logins", $"{values.Count}", "When host logs in 3 times");
            Check.Equal(values.Count, values.Distinct().Count(), $"different values of {field}");
        }
    }

    [Then("^both refusals are alike, byte for byte, but for the broker's Y$")]
    public void ThenBothRefusalsAreAlike()
    {
        var connections = world.RefusedConnections(2);
        var known = Adversary.RefusalTrace.Of(world.Tap, connections[0]);
        var unknown = Adversary.RefusalTrace.Of(world.Tap, connections[1]);
        Check.That(known.Length > 256 / 4, "first refusal", "an AUTH and a CONNACK", $"{known.Length} bytes");
        var same = known.AsSpan().CommonPrefixLength(unknown);
        Check.That(
            same == known.Length && same == unknown.Length, "refusal of an unknown client",
            $"the {known.Length} bytes of the refusal of a wrong password", $"{unknown.Length} bytes, another from byte {same} on");
    }

    [Then("^the broker ends that connection as a protocol error$")]
    public Task ThenAProtocolError() => ThenTheBrokerEndsTheConnection("82");

    [Then("^the broker ends that connection with reason " + Words.Reason + "$")]
    public async Task ThenTheBrokerEndsTheConnection(string reason)
    {
        Check.Needs(world.Tap.Seen.Count > 0, "connection at the tap", "one", "none", "When host logs in");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(world.Cancellation);
        var wait = world.Patience < Soon ? world.Patience : Soon;
        limit.CancelAfter(wait);
        try
        {
            await world.Tap.WaitForAsync(
                packet => packet.Direction == Direction.ToClient && packet.Packet is DisconnectPacket end && end.Reason == Words.ReasonOf(reason),
                limit.Token);
            Check.Judged();
        }
        catch (OperationCanceledException) when (!world.Cancellation.IsCancellationRequested)
        {
            throw new CheckFailedException("broker", $"DISCONNECT 0x{reason}", $"none within {wait.TotalSeconds:F0} s");
        }
    }

    private DeviceUnderTest Last() => world.LastToLogIn ?? throw new UnjudgeableException("login", "one in the scenario", "nobody logged in", "When host logs in");
}
