using Harness.Schemes.Esfahani;

namespace Harness.Bench.Devices;

/// <summary>A board as a sensor of esfahani-2019, over <c>ESFAHANI</c> (rigs/firmware/PROTOCOL.md).</summary>
internal sealed class SerialEsfahani(string name, BoardDialogue board) : IEsfahaniSensor
{
    private const string Verb = "ESFAHANI";

    public async ValueTask PutAsync(EsfahaniCredentials credentials, CancellationToken cancellationToken) => await board.AskAsync(
        Verb, [("op", "put"), ("client", BoardNames.Hex(credentials.Client)), ("key", BoardNames.Hex(credentials.F2)), ("data", BoardNames.Hex(credentials.F3))], cancellationToken).ConfigureAwait(false);

    public async ValueTask<Timed<byte[]>> FirstAsync(CancellationToken cancellationToken)
    {
        var message = await board.BytesAsync(Verb, "data", [("op", "first")], cancellationToken).ConfigureAwait(false);
        return message.Value.Length == EsfahaniFormulas.FirstLength
            ? message : throw board.Mismatch(Verb, $"{EsfahaniFormulas.FirstLength} bytes in data=", $"{message.Value.Length}");
    }

    public async ValueTask<Timed<EsfahaniProof>> SecondAsync(ReadOnlyMemory<byte> second, CancellationToken cancellationToken)
    {
        // The board answers another length with ARG, which is the harness's own fault elsewhere; here it is the router's, and a refusal.
        if (second.Length != EsfahaniFormulas.SecondLength)
        {
            throw new PartyRefusedException(name, PartyRefusal.BadTag, $"message 2 has {EsfahaniFormulas.SecondLength} bytes, not {second.Length}");
        }

        var reply = await board.AskAsync(Verb, [("op", "second"), ("data", BoardNames.Hex(second))], cancellationToken).ConfigureAwait(false);
        var third = board.Bytes(reply, Verb, "data");
        return third.Length == EsfahaniFormulas.ThirdLength
            ? new(new EsfahaniProof(third, board.Fingerprint(reply, Verb, "fp")), reply.Ticks)
            : throw board.Mismatch(Verb, $"{EsfahaniFormulas.ThirdLength} bytes in data=", $"{third.Length}");
    }
}
