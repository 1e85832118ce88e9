using Harness.Schemes.Hardened;

namespace Harness.Steps.Drivers;

/// <summary>The broker of a scenario, and the testbed around it.</summary>
public sealed class BrokerDriver(RunEnvironment environment, ScenarioScope scope)
{
    private SchemeTestbed? _testbed;
    private KeyPair? _pair;
    private bool _isStopped;

    /// <summary>The scheme that the broker and whoever is enrolled run after the handshake; chosen before the broker starts.</summary>
    public string Scheme { get; set; } = SchemeNames.MqttPresent;

    /// <summary>The binding by which handshakes travel; chosen before the broker starts.</summary>
    public LoginBinding Binding { get; set; }

    /// <summary>The cipher of the hardened scheme; chosen before the broker starts.</summary>
    public HardenedCipher PairCipher { get; set; } = HardenedCipher.PresentEax;

    /// <summary>True if the publisher signs and the subscriber demands it; chosen before the broker starts.</summary>
    public bool Signed { get; set; }

    /// <summary>The testbed.</summary>
    /// <exception cref="UnjudgeableException">No step started a broker.</exception>
    public SchemeTestbed Testbed => _testbed ?? throw new UnjudgeableException(
        "broker", "a broker in the scenario", "none", "Given a broker with enhanced authentication");

    /// <summary>True where a step started a broker.</summary>
    public bool IsStarted => _testbed is not null;

    /// <summary>The broker.</summary>
    /// <exception cref="UnjudgeableException">No step started one.</exception>
    public SecureBroker Broker => Testbed.Broker;

    /// <summary>PRESENT's key size; 128 before a step started a broker.</summary>
    public int KeyBits => _testbed?.Options.KeyBits ?? 128;

    /// <summary>The pair that the scenario's payloads are about.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public KeyPair Pair => _pair ?? throw NoPair("publisher and subscriber");

    /// <summary>The publisher of the pair.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public TestbedDevice Publisher => _testbed?.Devices.FirstOrDefault(d => d.Part == DevicePart.Publisher) ?? throw NoPair("publisher");

    /// <summary>The subscriber of the pair.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public TestbedDevice Subscriber => _testbed?.Subscribers.FirstOrDefault() ?? throw NoPair("subscriber");

    /// <summary>The payload that was published last; null before the first.</summary>
    public byte[]? Published { get; set; }

    /// <summary>Starts the broker.</summary>
    /// <param name="about">The pair that the scenario's payloads are about.</param>
    /// <param name="keyBits">PRESENT's key size; null for the rig's.</param>
    /// <param name="morePairs">Further pairs.</param>
    /// <param name="configure">Makes it another broker than usual.</param>
    public async Task StartAsync(
        KeyPair? about = null, int? keyBits = null, IReadOnlyList<KeyPair>? morePairs = null, Func<SecureBrokerOptions, SecureBrokerOptions>? configure = null)
    {
        Check.Needs(_testbed is null, "broker", "one broker in a scenario", "a second one");
        _pair = about;
        var options = environment.Bench.TestbedOptions();
        var limits = new LimitNotices(Record);
        scope.Own(new DisposeAction(limits.End)); // ends after the testbed, when nothing more can be lost
        _testbed = scope.Own(new SchemeTestbed(options with
        {
            Scheme = Scheme, Binding = Binding, PairCipher = PairCipher, Signed = Signed, KeyBits = keyBits ?? options.KeyBits, Topic = about?.Topic ?? options.Topic,
            NumbersFolder = Scheme == SchemeNames.Hardened ? scope.Own(new TemporaryFolder("harness-numbers")).Path : null,
            MorePairs = [.. about is null ? [] : (KeyPair[])[about], .. morePairs ?? []], Configure = configure,
        }));
        _testbed.LimitReached += limits.Add;
        await _testbed.StartAsync(scope.Cancellation);
    }

    /// <summary>Ends the broker as if its power was cut.</summary>
    public async Task StopAsync()
    {
        await Testbed.StopBrokerAsync();
        _isStopped = true;
    }

    /// <summary>Starts it again with the accounts it had, on the port it had.</summary>
    public async Task RestartAsync()
    {
        _ = Testbed;
        Check.Needs(_isStopped, "broker", "a broker that was stopped", "it runs", "When the broker is stopped after it received X of board");
        _isStopped = false;
        await Testbed.RestartBrokerAsync(scope.Cancellation);
    }

    // Beside the verdict: a message that the broker dropped is a fault of the rig, and the record says whose and how many.
    private void Record(LimitNotice notice)
    {
        var device = _testbed?.Devices.FirstOrDefault(d => d.Client == notice.Client)?.Name;
        environment.Sink.Write(new FaultSeen
        {
            Scenario = scope.Id, Device = device ?? (notice.Client is { } client ? ForeignText.Escape(client, ForeignText.NameLength) : "broker"),
            Fault = LimitWords.Kind(notice.Limit), Detail = "the broker: " + notice.Words,
        });
    }

    private sealed class DisposeAction(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private static UnjudgeableException NoPair(string item) => new(
        item, "a publisher and a subscriber that the broker pairs", "none", "Given a broker that pairs board with host on \"lab/climate\" using 128-bit keys");
}
