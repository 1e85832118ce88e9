using static Harness.Bench.Devices.BoardNames;

namespace Harness.Bench.Devices;

/// <summary>A board as a client of SCRAM-SHA-256, over <c>SCRAM.INIT</c>, <c>SCRAM.STEP</c> and <c>SCRAM.FINISH</c> (rigs/firmware/PROTOCOL.md).</summary>
internal sealed class SerialScram(string name, BoardDialogue board) : IScramParty
{
    private const string Init = "SCRAM.INIT", Step = "SCRAM.STEP", Finish = "SCRAM.FINISH", Message = "sasl";

    /// <summary>Arguments of <c>PROVISION</c>: the scheme has neither group nor profile, and a server proves no name.</summary>
    public static List<(string Key, string Value)> Provisioning(PartyIdentity identity) =>
        [("client", Name(identity.Client)), ("pw", Password(identity.Password)), ("scheme", SchemeNames.Scram)];

    public ValueTask<Timed<byte[]>> InitAsync(CancellationToken cancellationToken) => board.BytesAsync(Init, Message, [], cancellationToken);

    public ValueTask<Timed<byte[]>> StepAsync(ReadOnlyMemory<byte> serverFirst, CancellationToken cancellationToken) =>
        TakenAsync(serverFirst, message => board.BytesAsync(Step, Message, [message], cancellationToken));

    public ValueTask<Timed<string>> FinishAsync(ReadOnlyMemory<byte> serverFinal, CancellationToken cancellationToken) =>
        TakenAsync(serverFinal, message => board.FingerprintAsync(Finish, [message], cancellationToken));

    private async ValueTask<T> TakenAsync<T>(ReadOnlyMemory<byte> sent, Func<(string, string), ValueTask<T>> ask)
    {
        try
        {
            return await ask((Message, Hex(sent))).ConfigureAwait(false);
        }
        catch (BoardErrorException e) when (e.Code == "LENGTH")
        {
            // Far over the protocol's limit the line itself is too long: the peer's doing, and the same refusal.
            throw new PartyRefusedException(name, PartyRefusal.BadMessage, $"a message of {sent.Length} bytes");
        }
    }
}
