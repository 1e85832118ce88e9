namespace Harness.Brokers.Tests.StandAlone;

/// <summary>A publisher and a subscriber in this process at a broker of a driver.</summary>
internal static class Talk
{
    public const string Password = "correct horse";

    public static PartyIdentity Identity(string client) => new(client, "broker.test", Password, "p256", "as-published");

    public static SchemeTestbed Testbed(StartMqttBroker start, string scheme = SchemeNames.MqttPresent, LoginBinding binding = LoginBinding.Topics)
    {
        var testbed = new SchemeTestbed(new TestbedOptions { Scheme = scheme, Binding = binding, StartBroker = start, Timeout = TimeSpan.FromSeconds(30) });
        testbed.AddHost("pub", Identity("pub"), DevicePart.Publisher);
        testbed.AddHost("sub", Identity("sub"), DevicePart.Subscriber);
        return testbed;
    }

    /// <summary>A message goes from publisher to subscriber and is opened.</summary>
    public static async Task ExchangeAsync(SchemeTestbed testbed, string text, CancellationToken cancellationToken)
    {
        await testbed.PublishAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        Assert.That(Encoding.UTF8.GetString((await testbed.Subscriber.ReceiveAndOpenAsync(cancellationToken)).Plaintext.Span), Is.EqualTo(text));
    }

    /// <summary>Tries a scheme, and says what the broker made of it: <c>yes</c>, or the reason for a no.</summary>
    public static async Task<string> TryAsync(StartMqttBroker start, string scheme, LoginBinding binding, CancellationToken cancellationToken)
    {
        await using var testbed = Testbed(start, scheme, binding);
        try
        {
            await testbed.StartAsync(cancellationToken);
        }
        catch (Harness.Record.InconclusiveException e)
        {
            return $"no: {e.Expected}";
        }

        await testbed.LogInAsync(cancellationToken);
        await ExchangeAsync(testbed, "21.5 C", cancellationToken);
        return "yes";
    }
}
