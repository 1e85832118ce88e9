using System.Security.Cryptography;

namespace Harness.Steps;

/// <summary>A broker that goes away, and strangers at its door.</summary>
[Binding]
public sealed class BrokerLossSteps(ScenarioScope scope, BrokerDriver broker, TapDriver tap)
{
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(15);

    private Task<byte[]>? _stranger;

    [When("^the broker is stopped after it received X of " + StepPatterns.Device + "$")]
    public async Task WhenStoppedAfterX(string device)
    {
        await tap.OpenAsync();

        // Its Y proves that X arrived; Y itself is lost with it.
        tap.Tap.Attack = new CallbackPolicy(PacketField.Y.Selector, async _ => await broker.StopAsync(), drop: true);
    }

    [When("^the broker is started again$")]
    public Task WhenStartedAgain()
    {
        tap.EndAttack();
        return broker.RestartAsync();
    }

    [When("^a stranger sends the broker (64 bytes of noise|a packet over the size limit|a CONNECT cut in the middle|an AUTH before any CONNECT)$")]
    public void WhenAStrangerSends(string bytes)
    {
        byte[] sent = bytes switch
        {
            "64 bytes of noise" => [.. SHA512.HashData("stranger"u8)],
            "a packet over the size limit" => [0x10, 0xff, 0xff, 0xff, 0x7f, .. new byte[64]],
            "a CONNECT cut in the middle" => MqttCodec.Encode(new ConnectPacket { ClientId = "stranger" }, MqttVersion.V5)[..9],
            _ => MqttCodec.Encode(
                new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = "AUGPAKE-PAPER-P256", AuthenticationData = new byte[32] },
                MqttVersion.V5),
        };
        _stranger = UnauthenticatedClient.SendAsync(broker.Broker.Endpoint, sent, scope.Cancellation);
    }

    [Then("^the broker closes that connection$")]
    public async Task ThenTheBrokerCloses()
    {
        Check.Needs(_stranger is not null, "stranger's connection", "one", "none", "When a stranger sends the broker 64 bytes of noise");
        try
        {
            await _stranger.WaitAsync(CloseWithin, scope.Cancellation);
            Check.Judged();
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException("stranger's connection", "to be closed", $"open after {CloseWithin.TotalSeconds:F0} s");
        }
    }
}
