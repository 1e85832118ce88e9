using System.Net;
using System.Net.Sockets;
using Harness.Adversary.ClientTls;
using Harness.Crypto.Tls;
using Harness.Mqtt.Broker;

namespace Harness.Adversary.Tests.ClientTls;

/// <summary>A client in the test's process, which ends when its work does.</summary>
internal sealed class TaskClient : IStartedClient
{
    private readonly CancellationTokenSource _stop = new();

    private TaskClient(Func<CancellationToken, Task> work) => Ended = EndAsync(work);

    public Task Ended { get; }

    public int? Status => Ended.IsCompleted ? 1 : null;

    /// <summary>Starts it.</summary>
    public static Task<IStartedClient> Start(Func<CancellationToken, Task> work) => Task.FromResult<IStartedClient>(new TaskClient(work));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
        _stop.Dispose();
    }

    private async Task EndAsync(Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        try
        {
            await work(_stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException or MQTTnet.Exceptions.MqttCommunicationException)
        {
            // It was refused, or refused.
        }
    }
}

/// <summary>A broker, an authority and the judge between them and a client.</summary>
internal sealed class JudgeBench : IAsyncDisposable
{
    private static readonly Lazy<TlsAuthority> One = new(() => new TlsAuthority());

    private JudgeBench(MqttBroker broker, ClientTlsJudge judge) => (Broker, Judge) = (broker, judge);

    public static TlsAuthority Authority => One.Value;

    public MqttBroker Broker { get; }

    public ClientTlsJudge Judge { get; }

    public int Port => Judge.Endpoint.Port;

    /// <summary>Starts the two.</summary>
    /// <param name="seconds">The time that a client has for a presentation.</param>
    public static async Task<JudgeBench> StartAsync(double seconds = 20)
    {
        var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        return new JudgeBench(broker, new ClientTlsJudge(Authority, "localhost", new IPEndPoint(IPAddress.Loopback, 0), broker.Endpoint)
        {
            Within = TimeSpan.FromSeconds(seconds), AgainWithin = TimeSpan.FromMilliseconds(300),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Judge.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
