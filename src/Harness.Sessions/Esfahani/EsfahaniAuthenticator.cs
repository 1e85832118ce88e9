namespace Harness.Sessions.Esfahani;

/// <summary>The names of the binding of Esfahani et al. 2019 to MQTT 5, which is ours: the router is the broker, and the three messages are authentication data.</summary>
/// <remarks>CONNECT carries message 1, AUTH 0x18 message 2, AUTH 0x18 message 3, CONNACK no data. ClientId is drawn anew for each login, as the paper hides the identity.</remarks>
public static class EsfahaniMethod
{
    /// <summary>Authentication Method.</summary>
    public const string Name = "ESFAHANI-2019";
}

/// <summary>A login at a router ended with a key.</summary>
/// <param name="Client">The sensor, as AID_i names it.</param>
/// <param name="ClientId">ClientId of its connection.</param>
/// <param name="Key">SK, 32 bytes.</param>
internal sealed record EsfahaniEstablished(string Client, string ClientId, byte[] Key);

/// <summary>The broker's side of logins by Esfahani et al. 2019: a router.</summary>
/// <param name="router">The router.</param>
internal sealed class EsfahaniAuthenticator(EsfahaniRouter router) : IEnhancedAuthenticator
{
    /// <summary>A sensor logged in. Called on the connection's flow: return soon.</summary>
    public event Action<EsfahaniEstablished>? Established;

    public bool Supports(string method) => method == EsfahaniMethod.Name;

    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(router, request.ClientId, e => Established?.Invoke(e));

    private sealed class Exchange(EsfahaniRouter router, string clientId, Action<EsfahaniEstablished> established) : IAuthenticationExchange
    {
        private EsfahaniLoginAtRouter? _login;
        private byte[]? _key;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (_login is null)
            {
                _login = router.Take(data.Span);
                return new(_login is null ? AuthenticationStep.Refuse(ReasonCode.NotAuthorized) : AuthenticationStep.Continue(_login.Second));
            }

            _key = _login.Finish(data.Span);
            return new(_key is null ? AuthenticationStep.Refuse(ReasonCode.NotAuthorized) : AuthenticationStep.Success([]));
        }

        public void Completed()
        {
            if (_key is { } key)
            {
                established(new EsfahaniEstablished(_login!.Client, clientId, [.. key]));
            }
        }

        public void Dispose()
        {
            CryptographicOperations.ZeroMemory(_key);
            _login?.Dispose();
        }
    }
}
