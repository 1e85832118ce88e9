using Harness.Brokers.StandAlone;

namespace Harness.Brokers.Audit;

/// <summary>A loopback port before an audited broker that speaks TLS. The certificate was judged before; the gate takes that one alone, so that the user's password goes to nobody else.</summary>
public sealed class AuditGate : IAsyncDisposable
{
    private readonly TlsGate _gate;

    private AuditGate(TlsGate gate) => _gate = gate;

    /// <summary>The address that takes plain MQTT.</summary>
    public IPEndPoint Endpoint => _gate.Endpoint;

    /// <summary>Opens it.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="shown">The certificate that it showed.</param>
    public static AuditGate Open(AuditTarget target, X509Certificate2 shown)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new AuditGate(TlsGate.OpenPinned(target.Address, target.Host, shown));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _gate.DisposeAsync();
}
