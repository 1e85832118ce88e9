using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Sessions.Testbed;

namespace Harness.Steps.Drivers;

/// <summary>The broker of a scenario, and the testbed around it.</summary>
public sealed class BrokerDriver(RunEnvironment environment, ScenarioScope scope)
{
    private SchemeTestbed? testbed;
    private KeyPair? pair;

    /// <summary>The scheme that the broker and whoever is enrolled run after the handshake; chosen before the broker starts.</summary>
    public string Scheme { get; set; } = SchemeNames.MqttPresent;

    /// <summary>The binding by which handshakes travel; chosen before the broker starts.</summary>
    public LoginBinding Binding { get; set; }

    /// <summary>The testbed.</summary>
    /// <exception cref="InvalidOperationException">No step started a broker.</exception>
    public SchemeTestbed Testbed => testbed ?? throw new InvalidOperationException("there is no broker in this scenario; add: Given a broker with enhanced authentication");

    /// <summary>Whether a step started a broker.</summary>
    public bool IsStarted => testbed is not null;

    /// <summary>The broker.</summary>
    /// <exception cref="InvalidOperationException">No step started one.</exception>
    public SecureBroker Broker => Testbed.Broker;

    /// <summary>PRESENT's key size.</summary>
    public int KeyBits => Testbed.Options.KeyBits;

    /// <summary>The pair that the scenario's payloads are about.</summary>
    /// <exception cref="InvalidOperationException">The scenario has none.</exception>
    public KeyPair Pair => pair ?? throw new InvalidOperationException("no publisher is paired with a subscriber in this scenario; add: Given a broker that pairs ... with ... on ...");

    /// <summary>Starts the broker.</summary>
    /// <param name="about">The pair that the scenario's payloads are about.</param>
    /// <param name="keyBits">PRESENT's key size; null for the rig's.</param>
    /// <param name="morePairs">Further pairs.</param>
    /// <param name="configure">Makes it another broker than usual.</param>
    public async Task StartAsync(
        KeyPair? about = null, int? keyBits = null, IReadOnlyList<KeyPair>? morePairs = null, Func<SecureBrokerOptions, SecureBrokerOptions>? configure = null)
    {
        pair = about;
        var options = environment.Bench.TestbedOptions();
        testbed = scope.Own(new SchemeTestbed(options with
        {
            Scheme = Scheme, Binding = Binding, KeyBits = keyBits ?? options.KeyBits, Topic = about?.Topic ?? options.Topic,
            MorePairs = [.. about is null ? [] : (KeyPair[])[about], .. morePairs ?? []], Configure = configure,
        }));
        await testbed.StartAsync(scope.Cancellation);
    }

    /// <summary>Ends the broker as if its power was cut.</summary>
    public Task StopAsync() => Testbed.StopBrokerAsync();

    /// <summary>Starts it again with the accounts it had, on the port it had.</summary>
    public Task RestartAsync() => Testbed.RestartBrokerAsync(scope.Cancellation);
}
