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

    private static Process Start(string tool, string[] arguments)
        => Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
