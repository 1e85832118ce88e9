namespace Harness.Crypto.AugPake;

/// <summary>Stages of one side of a handshake; a client is never Verified, a server never Started or Finished.</summary>
internal enum HandshakeState
{
    New,
    Started,
    Responded,
    Verified,
    Finished,
    Failed,
    Disposed,
}

/// <summary>The progress of either side of a handshake: it refuses calls out of order, and clears every secret at the end.</summary>
/// <param name="type">The side's class.</param>
/// <param name="side">The side in words.</param>
/// <param name="order">The order of calls in words.</param>
/// <param name="secrets">The arrays that hold the side's secrets.</param>
internal sealed class HandshakeProgress(string type, string side, string order, params byte[][] secrets)
{
    public HandshakeState State { get; set; }

    /// <summary>Every secret held now, so that a test can check that none is left.</summary>
    public IReadOnlyList<byte[]> Secrets => secrets;

    /// <exception cref="InvalidOperationException">The side is in another state.</exception>
    public void Require(HandshakeState state, string method)
    {
        if (State != state)
        {
            throw new InvalidOperationException($"{type}.{method}: the {side} is {State}, expected {state}; a handshake is {order}.");
        }
    }

    /// <summary>Clears every secret; the handshake is over.</summary>
    public void End(HandshakeState state)
    {
        HandshakeSecrets.Clear(secrets);
        State = state;
    }
}
