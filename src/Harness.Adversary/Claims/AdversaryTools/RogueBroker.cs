using System.Net;
using Harness.Mqtt;
using Harness.Mqtt.Broker;
using Harness.Sessions.Login;

namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>One handshake of a device at a broker in the adversary's hands.</summary>
/// <param name="Client">C, as the device gave it.</param>
/// <param name="X">X.</param>
internal sealed record RogueExchange(string Client, byte[] X)
{
    /// <summary>What it answered as Y.</summary>
    public byte[] Y { get; set; } = [];

    /// <summary>V_C, once the device sent it; null where it refused before.</summary>
    public byte[]? ClientProof { get; set; }
}

/// <summary>A broker in the adversary's hands: it makes Y and V_S as it likes.</summary>
internal sealed class RogueBroker : IAsyncDisposable, IEnhancedAuthenticator, IBrokerHooks
{
    private readonly string _server;
    private readonly Func<RogueExchange, byte[]> _answer;
    private readonly Func<RogueExchange, byte[]> _prove;
    private readonly List<RogueExchange> _exchanges = [];
    private MqttBroker _broker = null!;
    private int _deceived;

    private RogueBroker(string server, Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove)
    {
        (_server, _answer, _prove) = (server, answer, prove);
    }

    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>The handshakes so far, in order.</summary>
    public IReadOnlyList<RogueExchange> Exchanges
    {
        get
        {
            lock (_exchanges)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <summary>Subscriptions and publications after its V_S: each is of a device that took it for the real broker.</summary>
    public int Deceived => Volatile.Read(ref _deceived);

    /// <summary>Starts one on an ephemeral loopback port.</summary>
    /// <param name="server">S, the name it claims.</param>
    /// <param name="answer">Y.</param>
    /// <param name="prove">V_S, once V_C is there.</param>
    /// <param name="patience">How long a device's handshake may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RogueBroker> StartAsync(
        string server, Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove, TimeSpan patience, CancellationToken cancellationToken)
    {
        var rogue = new RogueBroker(server, answer, prove);
        rogue._broker = await MqttBroker.StartAsync(
            new MqttBrokerOptions { Authenticator = rogue, Hooks = rogue, HandshakeTimeout = patience }, cancellationToken).ConfigureAwait(false);
        return rogue;
    }

    public bool Supports(string method) => true;

    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this, request.ClientId);

    public bool MaySubscribe(ClientIdentity client, string filter) => Interlocked.Increment(ref _deceived) > 0;

    public bool MayPublish(ClientIdentity client, string topic) => Interlocked.Increment(ref _deceived) > 0;

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private sealed class Exchange(RogueBroker owner, string client) : IAuthenticationExchange
    {
        private RogueExchange? _exchange;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (_exchange is null)
            {
                _exchange = new RogueExchange(client, data.ToArray());
                _exchange.Y = owner._answer(_exchange);
                lock (owner._exchanges)
                {
                    owner._exchanges.Add(_exchange);
                }

                return new(AuthenticationStep.Continue(new ServerHello(owner._server, _exchange.Y).Encode()));
            }

            _exchange.ClientProof = data.ToArray();
            return new(AuthenticationStep.Success(owner._prove(_exchange)));
        }

        public void Completed()
        {
        }

        public void Dispose()
        {
        }
    }
}
