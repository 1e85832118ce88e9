using Harness.Sessions.Esfahani;

namespace Harness.Adversary.Claims.Esfahani;

/// <summary>A broker of the adversary's that answers message 1 as it likes, and takes whatever message 3 is.</summary>
public sealed class RogueRouter : IAsyncDisposable
{
    private readonly MqttBroker _broker;

    private RogueRouter(MqttBroker broker) => _broker = broker;

    /// <summary>Its address.</summary>
    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Gives message 2 from message 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RogueRouter> StartAsync(Func<byte[], byte[]> answer, CancellationToken cancellationToken) =>
        new(await MqttBroker.StartAsync(new MqttBrokerOptions { Authenticator = new Authenticator(answer) }, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private sealed class Authenticator(Func<byte[], byte[]> answer) : IEnhancedAuthenticator
    {
        public bool Supports(string method) => method == EsfahaniMethod.Name;

        public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(answer);
    }

    private sealed class Exchange(Func<byte[], byte[]> answer) : IAuthenticationExchange
    {
        private bool _answered;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            var step = _answered ? AuthenticationStep.Success([]) : AuthenticationStep.Continue(answer(data.ToArray()));
            _answered = true;
            return new(step);
        }

        public void Completed()
        {
        }

        public void Dispose()
        {
        }
    }
}
