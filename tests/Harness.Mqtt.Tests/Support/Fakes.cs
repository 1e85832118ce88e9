using System.Collections.Concurrent;

namespace Harness.Mqtt.Tests.Support;

/// <summary>A scripted authenticator: a function of the step's number, from 0, and the received data.</summary>
internal sealed class FakeAuthenticator(Func<int, byte[], CancellationToken, ValueTask<AuthenticationStep>> step) : IEnhancedAuthenticator
{
    public const string Method = "FAKE";

    /// <summary>Creates an authenticator with X → S,Y → V_C → V_S as single bytes: 01, 02, 03, 04.</summary>
    public FakeAuthenticator()
        : this((number, data, _) => ValueTask.FromResult((number, data) switch
        {
            (0, [0x01]) => AuthenticationStep.Continue([0x02]),
            (1, [0x03]) => AuthenticationStep.Success([0x04]),
            _ => AuthenticationStep.Refuse(ReasonCode.NotAuthorized),
        }))
    {
    }

    public ConcurrentQueue<AuthenticationRequest> Begun { get; } = new();

    public int Completed;

    public int Disposed;

    public SemaphoreSlim DisposedSignal { get; } = new(0);

    /// <summary>Waits until so many exchanges were disposed of, each counted once over all calls.</summary>
    public async Task DisposedAsync(int exchanges)
    {
        for (var i = 0; i < exchanges; i++)
        {
            Assert.That(await DisposedSignal.WaitAsync(TimeSpan.FromSeconds(10)), Is.True);
        }
    }

    public Action OnCompleted { get; set; } = () => { };

    public bool Supports(string method) => method == Method;

    public IAuthenticationExchange Begin(AuthenticationRequest request)
    {
        Begun.Enqueue(request);
        return new Exchange(this, step);
    }

    private sealed class Exchange(FakeAuthenticator owner, Func<int, byte[], CancellationToken, ValueTask<AuthenticationStep>> step) : IAuthenticationExchange
    {
        private int _number;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => step(_number++, data.ToArray(), cancellationToken);

        public void Completed()
        {
            Interlocked.Increment(ref owner.Completed);
            owner.OnCompleted();
        }

        public void Dispose()
        {
            Interlocked.Increment(ref owner.Disposed);
            owner.DisposedSignal.Release();
        }
    }
}

/// <summary>The client's side of <see cref="FakeAuthenticator"/>.</summary>
internal sealed class FakeAuthenticationClient : IEnhancedAuthenticationClient
{
    public string Method { get; init; } = FakeAuthenticator.Method;

    public byte[] First { get; init; } = [0x01];

    public Func<byte[], CancellationToken, ValueTask<byte[]>> Continue { get; init; } = (_, _) => ValueTask.FromResult<byte[]>([0x03]);

    public Func<byte[], CancellationToken, ValueTask> Complete { get; init; } = (_, _) => ValueTask.CompletedTask;

    public ConcurrentQueue<byte[]> Seen { get; } = new();

    public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => ValueTask.FromResult(First);

    public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Seen.Enqueue(data.ToArray());
        return Continue(data.ToArray(), cancellationToken);
    }

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Seen.Enqueue(data.ToArray());
        return Complete(data.ToArray(), cancellationToken);
    }
}

/// <summary>Broker hooks from functions, with a log of the notifications in order.</summary>
internal sealed class FakeHooks : IBrokerHooks
{
    public Func<ClientIdentity, string, bool> MayPublish { get; init; } = (_, _) => true;

    public Func<ClientIdentity, string, bool> MaySubscribe { get; init; } = (_, _) => true;

    public Func<ClientIdentity, string, bool> MayReceive { get; init; } = (_, _) => true;

    public Func<ClientIdentity, MqttMessage, bool> Intercept { get; init; } = (_, _) => false;

    public Func<ClientIdentity, bool> HasProved { get; init; } = c => c.AuthenticationMethod is not null;

    public ConcurrentQueue<BrokerLimitReached> Limits { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>False where the notifications of a million connections would take more memory than the broker that is judged.</summary>
    public bool KeepsLog { get; init; } = true;

    public ConcurrentQueue<BrokerFault> Faults { get; } = new();

    public SemaphoreSlim Logged { get; } = new(0);

    bool IBrokerHooks.HasProved(ClientIdentity client) => HasProved(client);

    public void LimitReached(BrokerLimitReached reached) => Limits.Enqueue(reached);

    bool IBrokerHooks.MayPublish(ClientIdentity client, string topic) => MayPublish(client, topic);

    bool IBrokerHooks.MaySubscribe(ClientIdentity client, string filter) => MaySubscribe(client, filter);

    bool IBrokerHooks.MayReceive(ClientIdentity client, string topic) => MayReceive(client, topic);

    public ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => ValueTask.FromResult(Intercept(client, message));

    public void Connected(ClientIdentity client) => Add($"+{client.ClientId}");

    public void Disconnected(ClientIdentity client) => Add($"-{client.ClientId}");

    public void Subscribed(ClientIdentity client, string filter) => Add($"{client.ClientId}:{filter}");

    public void Faulted(BrokerFault fault) => Faults.Enqueue(fault);

    public async Task WaitForAsync(string entry)
    {
        while (!Log.Contains(entry))
        {
            Assert.That(await Logged.WaitAsync(TimeSpan.FromSeconds(10)), Is.True, $"no \"{entry}\" among: {string.Join(' ', Log)}");
        }
    }

    private void Add(string entry)
    {
        if (KeepsLog)
        {
            Log.Enqueue(entry);
            Logged.Release();
        }
    }
}
