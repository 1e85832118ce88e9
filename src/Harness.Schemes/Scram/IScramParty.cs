namespace Harness.Schemes.Scram;

/// <summary>A device's side of SCRAM-SHA-256: three messages of its own for the three of the server's.</summary>
public interface IScramParty
{
    /// <summary>Begins an exchange; gives the client's first message.</summary>
    /// <exception cref="PartyRefusedException">STATE: not provisioned.</exception>
    ValueTask<Timed<byte[]>> InitAsync(CancellationToken cancellationToken);

    /// <summary>Takes the server's first message; gives the client's last.</summary>
    /// <exception cref="PartyRefusedException">STATE, BAD-MESSAGE, BAD-NONCE or BAD-ITERATIONS.</exception>
    ValueTask<Timed<byte[]>> StepAsync(ReadOnlyMemory<byte> serverFirst, CancellationToken cancellationToken);

    /// <summary>Takes the server's last message.</summary>
    /// <returns>The fingerprint of ServerSignature, 16 hex digits: SCRAM makes no key, and this shows that both ends saw one exchange.</returns>
    /// <exception cref="PartyRefusedException">STATE, BAD-MESSAGE or BAD-TAG.</exception>
    ValueTask<Timed<string>> FinishAsync(ReadOnlyMemory<byte> serverFinal, CancellationToken cancellationToken);
}
