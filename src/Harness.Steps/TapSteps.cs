namespace Harness.Steps;

/// <summary>Steps of the adversary on the wire.</summary>
[Binding]
public sealed class TapSteps(ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private static readonly TimeSpan AttackTimeout = TimeSpan.FromSeconds(2);

    private Dictionary<string, byte[]> _recorded = [];
    private List<ReadOnlyMemory<byte>> _recordedLogin = [];
    private ReasonCode? _replayEnd;
    private bool _replayed;

    [Given("^a tap between " + StepPatterns.Device + " and the broker$")]
    public Task GivenATap(string device) => tap.OpenAsync();

    [Given("^a tap on every connection$")]
    public Task GivenATapEverywhere() => tap.OpenAsync();

    [Given("^the tap has recorded a login of " + StepPatterns.Device + "$")]
    public async Task GivenARecordedLogin(string device)
    {
        await logins.RequireLoginAsync(logins.Device(device));
        _recorded = ((string[])["X", "Y", "V_C", "V_S"]).ToDictionary(field => field, field => tap.Tap.Values(StepPatterns.Target(field))[0]);
        _recordedLogin = [.. tap.Tap.Seen
            .Where(packet => packet.Direction == PacketDirection.ToBroker && packet.Packet is ConnectPacket or AuthPacket)
            .Select(packet => packet.Raw)];
    }

    [When("^the broker answers the login of " + StepPatterns.Device + " with Y = (.+)$")]
    public async Task WhenTheBrokerAnswersWith(string device, string element)
    {
        var under = logins.Device(device);
        tap.Attack(AlterPolicy.Replace(PacketField.Y, StepPatterns.Element(under.Group, element)));
        await logins.LogInAsync(under);
        await ThenTheTapDidSo();
    }

    [When("^the tap replaces (X|Y) by (.+)$")]
    public void WhenTheTapReplaces(string field, string element) =>
        tap.Attack(AlterPolicy.Replace(StepPatterns.Target(field), StepPatterns.Element(logins.CommonGroup, element)));

    [When("^the tap flips (one|the first|the last) bit of " + StepPatterns.Field + "$")]
    public void WhenTheTapFlips(string which, string field) => tap.Attack(new AlterPolicy(StepPatterns.Target(field), value =>
    {
        // A comparison that stops short of either end lets one of these pass.
        var bit = which switch { "the first" => 0, "the last" => (value.Length * 8) - 1, _ => 77 % (value.Length * 8) };
        value[bit / 8] ^= (byte)(1 << (bit % 8));
        return value;
    }));

    [When("^the tap cuts the last byte off " + StepPatterns.Field + "$")]
    public void WhenTheTapCuts(string field) => tap.Attack(new AlterPolicy(StepPatterns.Target(field), value => value[..^1]));

    [When("^the tap reflects (X|V_C) as (Y|V_S)$")]
    public void WhenTheTapReflects(string from, string to) =>
        tap.Attack(new AlterPolicy(StepPatterns.Target(to), _ => tap.Tap.Values(StepPatterns.Target(from))[^1]));

    [When("^the tap (renames the broker|lengthens the broker's name|cuts the last letter off the broker's name) in its answer$")]
    public void WhenTheTapRenames(string how) => tap.Attack(new AlterPolicy(PacketField.ServerName, name => how switch
    {
        "renames the broker" => "another-broker"u8.ToArray(),
        "lengthens the broker's name" => [.. name, (byte)'2'],
        _ => name[..^1],
    }));

    [When("^the tap replays the recorded " + StepPatterns.Field + "$")]
    public void WhenTheTapReplays(string field) => tap.Attack(AlterPolicy.Replace(StepPatterns.Target(field), Recorded(_recorded.GetValueOrDefault(field))));

    [When("^the tap sends the broker's Y twice$")]
    public void WhenYTwice() => tap.Attack(new DuplicatePolicy(PacketField.Y.Selector));

    [When("^the tap sends V_C twice$")]
    public void WhenProofTwice() => tap.Attack(new DuplicatePolicy(PacketField.ClientProof.Selector));

    [When("^the tap holds back the broker's Y$")]
    public void WhenYHeldBack() => tap.Attack(new DropPolicy(PacketField.Y.Selector));

    [When("^the tap holds back every key wrap for " + StepPatterns.Device + "$")]
    public void WhenWrapsHeldBack(string device) => tap.Attack(new DropPolicy(
        PacketField.Payload(PacketDirection.ToClient, PrivateTopics.Key(logins.Device(device).Client)).Selector, NthPacketPolicy.Every));

    [When("^the tap announces success in place of the broker's Y$")]
    public void WhenSuccessInPlaceOfY() => tap.Attack(new InjectPolicy(
        PacketField.Y.Selector,
        MqttCodec.Encode(
            new ConnAckPacket
            {
                Reason = ReasonCode.Success, AuthenticationMethod = logins.OnlyDevice.Method, AuthenticationData = new byte[32],
            },
            MqttVersion.V5),
        instead: true));

    [When("^the recorded login is replayed to the broker$")]
    public async Task WhenTheLoginIsReplayed()
    {
        Recorded(_recordedLogin.Count > 0 ? _recordedLogin : null);
        _replayed = true;
        try
        {
            _replayEnd = await UnauthenticatedClient.ReplayAsync(broker.Broker.Endpoint, _recordedLogin, scope.Cancellation);
        }
        catch (MqttNotConnectedException)
        {
            // The broker is what is judged here: closing without a word is an end to be looked at, not a broken rig.
            _replayEnd = null;
        }
    }

    [Then("^the broker refuses the replay with reason " + StepPatterns.Reason + "$")]
    public void ThenTheReplayIsRefused(string reason)
    {
        Check.Needs(_replayed, "end of the replayed login", "a login that was replayed", "none", "When the recorded login is replayed to the broker");
        var seen = _replayEnd is { } end ? $"0x{(byte)end:x2}" : "closed without a reason";
        Check.That(_replayEnd == StepPatterns.ReasonOf(reason), "end of the replayed login", $"0x{reason}", seen);
    }

    [Then("^the attack was carried out$")]
    public async Task ThenTheTapDidSo()
    {
        var attack = tap.Tap.Attack;
        Check.Needs(attack is not null, "attack of the tap", "one", "none", "When the tap flips one bit of V_S");
        Check.Needs(tap.Tap.Seen.Count > 0, "attack of the tap", "packets that pass the tap", "none", "When host logs in");

        // Messages to a subscriber go on their own time: the attack may still be to come. An attack that never ran proves nothing. Where that
        // is because the rig broke, the rig is the verdict.
        if (!await attack.WaitForTriggerAsync(AttackTimeout, scope.Cancellation))
        {
            var end = (logins.LastOrNone is { } last ? logins.Observe(last) : null);
            throw new InconclusiveException(
                "attack of the tap", "to run at least once", $"it found nothing to do{(end is null ? "" : $"; login of {logins.LastOrNone!.Name}: {end.Seen}")}");
        }

        Check.Judged();
    }

    private static T Recorded<T>(T? value)
        where T : class => value ?? throw new UnjudgeableException("recorded login", "one", "none", "Given the tap has recorded a login of host");
}
