namespace Harness.Sessions.Scram;

/// <summary>Logs a party in by SCRAM-SHA-256 in MQTT 5 enhanced authentication: client-first in CONNECT, server-first and client-final in AUTH, server-final in CONNACK. One login, used once.</summary>
/// <remarks>The party itself judges the server's messages: the harness must not shield a device from what it is tested against.</remarks>
/// <param name="party">The party, provisioned for scheme scram.</param>
public sealed class ScramLogin(IParty party) : ILogin
{
    private readonly IScramParty _scram = party.Scram ?? throw new PartyRefusedException(party.Name, PartyRefusal.Unsupported, $"scheme {SchemeNames.Scram}");
    private bool _answered;

    /// <inheritdoc/>
    public string Method => ScramClient.Method;

    /// <inheritdoc/>
    public string? Fingerprint { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => (await _scram.InitAsync(cancellationToken).ConfigureAwait(false)).Value;

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">A second AUTH 0x18.</exception>
    public async ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_answered)
        {
            throw new SessionAbortedException(party.Name, "login", "the broker sent another AUTH 0x18 where the server's signature was expected");
        }

        var final = await _scram.StepAsync(data, cancellationToken).ConfigureAwait(false);
        _answered = true;
        return final.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">Success before the client's proof was asked for.</exception>
    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!_answered)
        {
            throw new SessionAbortedException(party.Name, "login", "the broker reported success before it asked for the client's proof");
        }

        Fingerprint = (await _scram.FinishAsync(data, cancellationToken).ConfigureAwait(false)).Value;
    }
}
