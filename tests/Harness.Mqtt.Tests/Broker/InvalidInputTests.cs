namespace Harness.Mqtt.Tests.Broker;

/// <summary>Packets that MQTT 5 section 4.13 forbids, and first packets other than CONNECT.</summary>
public class InvalidInputTests
{
    [TestCase("C0 01 00", "81", TestName = "A malformed packet ends with 0x81")]
    [TestCase("D0 00", TestName = "PINGRESP from a client ends with 0x82")]
    [TestCase("10 0E 0004 4D515454 05 02 0000 00 0001 63", TestName = "A second CONNECT ends with 0x82")]
    [TestCase("30 FF FF 7F", "95", TestName = "A packet above the limit ends with 0x95 before it came")]
    [TestCase("30 07 0001 61 03 23 0011", "94", TestName = "A topic alias above the highest ends with 0x94")]
    [TestCase("30 06 0000 03 23 0001", "82", TestName = "A topic alias that stands for nothing ends with 0x82")]
    [TestCase("82 10 0001 00 000A 2473686172652F672F61 04", TestName = "A shared subscription with No Local ends with 0x82")]
    [TestCase("30 06 0001 61 02 0B 01", TestName = "A subscription identifier from a client ends with 0x82")]
    [TestCase("E0 07 00 05 11 00000001", TestName = "A session expiry that CONNECT had not ends with 0x82")]
    public async Task Invalid_input_ends_only_its_own_connection(string bad, string reason = "82")
    {
        await using var environment = await TestEnvironment.StartAsync();
        var bystander = await environment.ConnectAsync("b");
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c" });
        await peer.ReceiveAsync();

        await peer.SendAsync(bad);
        await peer.ExpectAsync($"E0 01 {reason}");
        await peer.ExpectEndAsync();

        Assert.That(await bystander.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
    }

    [TestCase("474554202F20485454502F312E310D0A0D0A", TestName = "HTTP is closed without an answer")]
    [TestCase("C0 00", TestName = "A first packet other than CONNECT is closed without an answer")]
    [TestCase("F0 0D 18 0B 15 0004 46414B45 16 0001 02", TestName = "AUTH first is closed without an answer")]
    public async Task Input_that_is_no_CONNECT_is_closed_without_an_answer(string bytes)
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();

        await peer.SendAsync(bytes);
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task A_client_of_MQTT_3_1_gets_an_MQTT_3_1_refusal()
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();

        await peer.SendAsync("10 0F 0006 4D5149736470 03 02 0000 0001 63");
        await peer.ExpectAsync("20 02 00 01");
        await peer.ExpectEndAsync();
    }
}
