namespace Harness.Sessions.Pseudonyms;

/// <summary>Logins under one-time pseudonyms: ClientId is looked up and burnt before anything else is done with it.</summary>
/// <remarks>A client that comes under no pseudonym, or under one that was burnt, goes the whole way of a name without an account. C itself is such a name.</remarks>
/// <param name="inner">The login by C.</param>
/// <param name="directory">The clients behind the ClientIds.</param>
/// <param name="reused">Takes a burnt pseudonym that came again: C and j.</param>
/// <param name="replaced">Takes the ClientId of a connection that another one of the same client replaces.</param>
internal sealed class PseudonymAuthenticator(
    AugPakeAuthenticator inner, PseudonymDirectory directory, Action<string, ulong> reused, Action<string> replaced) : IEnhancedAuthenticator
{
    // No client has this name: an account's has 1 byte or more, and MQTT's has no U+0000.
    private const string Nobody = "\0";

    public bool Supports(string method) => inner.Supports(method);

    public IAuthenticationExchange Begin(AuthenticationRequest request)
    {
        var client = request.IsReauthentication ? directory.ClientOf(request.ClientId) : Burn(request.ClientId);
        return new Exchange(
            inner.Begin(request with { ClientId = client ?? request.ClientId }, request.ClientId, client ?? Nobody + request.ClientId), () =>
            {
                if (client is not null && directory.Accepted(client, request.ClientId) is { } before)
                {
                    replaced(before);
                }
            });
    }

    private string? Burn(string clientId)
    {
        var use = directory.Table.Use(clientId);
        if (use.Status == PseudonymStatus.Burnt)
        {
            reused(use.Client!, use.Attempt);
        }

        return use.Status == PseudonymStatus.Fresh ? use.Client : null;
    }

    private sealed class Exchange(IAuthenticationExchange inner, Action accepted) : IAuthenticationExchange
    {
        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => inner.NextAsync(data, cancellationToken);

        public void Completed()
        {
            accepted();
            inner.Completed();
        }

        public void Dispose() => inner.Dispose();
    }
}
