namespace Harness.Crypto.Tls;

/// <summary>A stream of application data whose handshake told the peer's name.</summary>
public interface INamedPeer
{
    /// <summary>The name that the peer proved to have; null where it proved none.</summary>
    string? PeerName { get; }
}
