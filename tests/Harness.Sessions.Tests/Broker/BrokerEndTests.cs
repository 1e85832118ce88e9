namespace Harness.Sessions.Tests.Broker;

/// <summary>The end of a broker while it still makes a user for a login on topics.</summary>
[CancelAfter(60_000)]
public sealed class BrokerEndTests
{
    [Test]
    public async Task A_user_that_is_being_made_when_the_broker_ends_is_given_up_and_no_fault(CancellationToken cancellationToken)
    {
        Users users = null!;
        await using var testbed = new SchemeTestbed(new TestbedOptions
        {
            Binding = LoginBinding.Topics, StartBroker = async (options, token) => users = new Users(await MqttBroker.StartAsync(options, token)),
        });
        testbed.AddHost("pub", new PartyIdentity("pub", "broker.test", "one", "p256", "as-published"), DevicePart.Publisher);
        await testbed.StartAsync(cancellationToken);
        var broker = testbed.Broker;
        await testbed.Publisher.TryLogInAsync(LoginRequest.Default, cancellationToken);
        await users.Asked.Task.WaitAsync(cancellationToken);

        await testbed.DisposeAsync();

        Assert.That(broker.Faults, Is.Empty);
    }

    /// <summary>A broker that makes users, and breaks off where it ends meanwhile.</summary>
    private sealed class Users(MqttBroker inner) : IMqttBroker, ITopicCredentials
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool GivesCredentials => true;

        public IPEndPoint Endpoint => inner.Endpoint;

        public IReadOnlyCollection<string> ConnectedClients => inner.ConnectedClients;

        public bool SupportsReauthentication => inner.SupportsReauthentication;

        public async Task GrantAsync(string client, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await _ended.Task.WaitAsync(cancellationToken);
        }

        public Task PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, string? onlyToClient, CancellationToken cancellationToken) =>
            inner.PublishAsync(topic, payload, qos, retain, onlyToClient, cancellationToken);

        public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => inner.DisconnectClientAsync(clientId, reason);

        public ValueTask DisposeAsync()
        {
            _ended.TrySetException(new MqttNotConnectedException("the connection has ended"));
            return inner.DisposeAsync();
        }
    }
}
