using System.Diagnostics;

namespace Harness.Mqtt.Tests;

/// <summary>Tests with a foreign client: Mosquitto's command-line tools (Debian package mosquitto-clients).</summary>
public class InteropTests
{
    [TestCase("311")]
    [TestCase("5")]
    public async Task Mosquitto_publishes_and_subscribes(string version)
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        NeedsProgram.Find("mosquitto_sub", "mosquitto-clients");
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var ours = await environment.ConnectAsync("ours");
        await ours.SubscribeAsync("from/#");
        var common = new[] { "-h", "127.0.0.1", "-p", $"{environment.Broker.Endpoint.Port}", "-V", version, "-q", "1" };

        using var subscriber = Start("mosquitto_sub", [.. common, "-i", "theirs", "-t", "to/+", "-C", "2", "-W", "20", "-F", "%t %q %x"]);
        await hooks.WaitForAsync("theirs:to/+");
        using var publisher = Start("mosquitto_pub", [.. common, "-t", "from/them", "-m", "hello"]);
        await publisher.WaitForExitAsync().WaitAsync(TestEnvironment.Timeout);
        await ours.PublishAsync("to/1", new byte[] { 0xCA, 0xFE }, QualityOfService.AtLeastOnce);
        await ours.PublishAsync("to/2", default, QualityOfService.AtMostOnce);

        var received = await TestEnvironment.NextAsync(ours);
        var printed = await subscriber.StandardOutput.ReadToEndAsync().WaitAsync(TestEnvironment.Timeout);
        Assert.That(publisher.ExitCode, Is.Zero);
        Assert.That((received.Topic, received.Payload.ToArray()), Is.EqualTo(("from/them", "hello"u8.ToArray())));
        Assert.That(printed.Trim().Split('\n').Select(l => l.Trim()), Is.EqualTo(new[] { "to/1 1 cafe", "to/2 0" }));
    }

    [TestCase("311")]
    [TestCase("5")]
    public async Task Mosquitto_exchanges_QoS_2_and_shares_a_subscription(string version)
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        NeedsProgram.Find("mosquitto_sub", "mosquitto-clients");
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var common = new[] { "-h", "127.0.0.1", "-p", $"{environment.Broker.Endpoint.Port}", "-V", version, "-q", "2" };
        using var one = Start("mosquitto_sub", [.. common, "-i", "one", "-t", "$share/g/to/+", "-C", "1", "-W", "20", "-F", "%t %q"]);
        using var two = Start("mosquitto_sub", [.. common, "-i", "two", "-t", "$share/g/to/+", "-C", "1", "-W", "20", "-F", "%t %q"]);
        await hooks.WaitForAsync("one:to/+");
        await hooks.WaitForAsync("two:to/+");

        using var publisher = Start("mosquitto_pub", [.. common, "-t", "to/1", "-m", "hello", "--repeat", "2"]);
        await publisher.WaitForExitAsync().WaitAsync(TestEnvironment.Timeout);
        var printed = await Task.WhenAll(one.StandardOutput.ReadToEndAsync(), two.StandardOutput.ReadToEndAsync()).WaitAsync(TestEnvironment.Timeout);

        Assert.That(publisher.ExitCode, Is.Zero);
        Assert.That(printed.Select(p => p.Trim()), Is.EqualTo(new[] { "to/1 2", "to/1 2" }));
    }

    [TestCase("311")]
    [TestCase("5")]
    public async Task Mosquitto_is_refused_where_anonymous_is_not_allowed(string version)
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions());

        using var publisher = Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{environment.Broker.Endpoint.Port}", "-V", version, "-t", "a", "-m", "b"]);
        var error = await publisher.StandardError.ReadToEndAsync().WaitAsync(TestEnvironment.Timeout);
        await publisher.WaitForExitAsync().WaitAsync(TestEnvironment.Timeout);

        Assert.That(publisher.ExitCode, Is.Not.Zero, error);
        Assert.That(error, Does.Contain("not authori").IgnoreCase);
    }

    [TestCase(MQTTnet.Formatter.MqttProtocolVersion.V311)]
    [TestCase(MQTTnet.Formatter.MqttProtocolVersion.V500)]
    public async Task The_client_of_MQTTnet_exchanges_QoS_2(MQTTnet.Formatter.MqttProtocolVersion version)
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var client = new MQTTnet.MqttClientFactory().CreateMqttClient();
        using var arrived = new SemaphoreSlim(0);
        var received = new List<(string, byte, MQTTnet.Protocol.MqttQualityOfServiceLevel)>();
        client.ApplicationMessageReceivedAsync += message =>
        {
            received.Add((message.ApplicationMessage.Topic, message.ApplicationMessage.Payload.FirstSpan[0], message.ApplicationMessage.QualityOfServiceLevel));
            arrived.Release();
            return Task.CompletedTask;
        };
        await client.ConnectAsync(
            new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", environment.Broker.Endpoint.Port).WithProtocolVersion(version).WithClientId("n").Build());
        await client.SubscribeAsync(new MQTTnet.MqttClientSubscribeOptionsBuilder().WithTopicFilter("x/+", MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce).Build());

        for (byte i = 0; i < 20; i++)
        {
            await client.PublishAsync(new MQTTnet.MqttApplicationMessageBuilder().WithTopic("x/y").WithPayload([i])
                .WithQualityOfServiceLevel(MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce).Build());
            Assert.That(await arrived.WaitAsync(TestEnvironment.Timeout), Is.True);
        }

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 20).Select(i => ("x/y", (byte)i, MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce))));
        await client.DisconnectAsync(new MQTTnet.MqttClientDisconnectOptions());
    }

    private static Process Start(string tool, string[] arguments)
        => Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
