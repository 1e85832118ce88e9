namespace Harness.Adversary;

/// <summary>One handshake of a device at a broker in the adversary's hands.</summary>
/// <param name="Client">C, as the device gave it.</param>
/// <param name="Method">The authentication method that the device asked for.</param>
/// <param name="X">X.</param>
internal sealed record RogueExchange(string Client, string Method, byte[] X)
{
    /// <summary>The answer Y.</summary>
    public byte[] Y { get; set; } = [];

    /// <summary>V_C, once the device sent it; null where it refused before.</summary>
    public byte[]? ClientProof { get; set; }
}

/// <summary>A broker in the adversary's hands, which makes Y and V_S as it likes and takes any V_C.</summary>
public sealed class RogueBroker : IAsyncDisposable, IEnhancedAuthenticator, IBrokerHooks
{
    private readonly string _server;
    private readonly Func<string, bool> _supports;
    private readonly Func<RogueExchange, byte[]> _answer;
    private readonly Func<RogueExchange, byte[]> _prove;
    private readonly List<RogueExchange> _exchanges = [];
    private MqttBroker _broker = null!;
    private int _deceived;

    private RogueBroker(string server, Func<string, bool> supports, Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove)
    {
        (_server, _supports, _answer, _prove) = (server, supports, answer, prove);
    }

    /// <summary>Its address.</summary>
    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>The handshakes so far, in order.</summary>
    internal IReadOnlyList<RogueExchange> Exchanges
    {
        get
        {
            lock (_exchanges)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <summary>Number of V_C that it took and answered with its V_S; 0 means that the attack never ran.</summary>
    public int Triggered => Exchanges.Count(exchange => exchange.ClientProof is not null);

    /// <summary>Subscriptions and publications after its V_S: each is of a device that took it for the real broker.</summary>
    public int Deceived => Volatile.Read(ref _deceived);

    /// <summary>Starts one that knows no W on an ephemeral loopback port: Y comes from a made-up W, and V_S from its own K.</summary>
    /// <param name="server">S, the name it claims.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<RogueBroker> StartWithoutVerifierAsync(string server, CancellationToken cancellationToken = default)
    {
        var proof = new UnverifiedProof(server);
        return StartAsync(new RogueBroker(server, UnverifiedProof.Supports, proof.Answer, proof.Prove), new MqttBrokerOptions(), cancellationToken);
    }

    /// <summary>Starts one on an ephemeral loopback port.</summary>
    /// <param name="server">S, the name it claims.</param>
    /// <param name="answer">Y.</param>
    /// <param name="prove">V_S, once V_C is there.</param>
    /// <param name="timeout">Longest duration of a device's handshake.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static Task<RogueBroker> StartAsync(
        string server, Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove, TimeSpan timeout, CancellationToken cancellationToken) =>
        StartAsync(new RogueBroker(server, _ => true, answer, prove), new MqttBrokerOptions { HandshakeTimeout = timeout }, cancellationToken);

    private static async Task<RogueBroker> StartAsync(RogueBroker rogue, MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        rogue._broker = await MqttBroker.StartAsync(options with { Authenticator = rogue, Hooks = rogue }, cancellationToken).ConfigureAwait(false);
        return rogue;
    }

    /// <inheritdoc/>
    public bool Supports(string method) => _supports(method);

    /// <inheritdoc/>
    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this, request.ClientId, request.Method);

    /// <inheritdoc/>
    public bool MaySubscribe(ClientIdentity client, string filter) => Interlocked.Increment(ref _deceived) > 0;

    /// <inheritdoc/>
    public bool MayPublish(ClientIdentity client, string topic) => Interlocked.Increment(ref _deceived) > 0;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private sealed class Exchange(RogueBroker owner, string client, string method) : IAuthenticationExchange
    {
        private RogueExchange? _exchange;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (_exchange is null)
            {
                _exchange = new RogueExchange(client, method, data.ToArray());
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
