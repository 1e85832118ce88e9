namespace Harness.Sessions.Esfahani;

/// <summary>Logs a sensor in at a router. One login, used once. The sensor itself judges message 2.</summary>
/// <param name="sensor">The sensor, registered.</param>
public sealed class EsfahaniLogin(IEsfahaniSensor sensor) : IEnhancedAuthenticationClient
{
    private EsfahaniProof? _proof;

    /// <inheritdoc/>
    public string Method => EsfahaniMethod.Name;

    /// <summary>Fingerprint of SK as the sensor has it; null before message 3.</summary>
    public string? Fingerprint => _proof?.Fingerprint;

    /// <summary>Ticks of the sensor for messages 1 and 3, by its own clock; null where it has none.</summary>
    public long? Ticks { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<byte[]> StartAsync(CancellationToken cancellationToken)
    {
        var first = await sensor.FirstAsync(cancellationToken).ConfigureAwait(false);
        Ticks = first.Ticks;
        return first.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">A second AUTH 0x18.</exception>
    public async ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_proof is not null)
        {
            throw new SessionAbortedException("sensor", "login", "the router sent another AUTH 0x18 where CONNACK was expected");
        }

        var second = await sensor.SecondAsync(data, cancellationToken).ConfigureAwait(false);
        (_proof, Ticks) = (second.Value, Ticks + second.Ticks);
        return second.Value.Third;
    }

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">Success before message 3.</exception>
    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => _proof is null
        ? throw new SessionAbortedException("sensor", "login", "the router reported success before message 3")
        : ValueTask.CompletedTask;
}
