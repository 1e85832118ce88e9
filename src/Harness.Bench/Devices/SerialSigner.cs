using Harness.Schemes.Signed;
using static Harness.Bench.Devices.BoardNames;

namespace Harness.Bench.Devices;

/// <summary>A board that signs readings with a key of its own, over <c>SIGN</c> (rigs/firmware/PROTOCOL.md).</summary>
internal sealed class SerialSigner(string name, BoardDialogue board) : IPayloadSigner
{
    private const string Verb = "SIGN";

    public async ValueTask UseKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        await board.AskAsync(Verb, [("op", "key"), ("key", Hex(key))], cancellationToken).ConfigureAwait(false);

    public ValueTask<Timed<byte[]>> SignAsync(string topic, ulong number, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        board.BytesAsync(Verb, "data", [("op", "reading"), .. Text(topic, number, plaintext)], cancellationToken);

    public async ValueTask CheckAsync(string client, ReadOnlyMemory<byte> publicKey, string topic, SignedReading reading, CancellationToken cancellationToken) =>
        await board.AskAsync(
            Verb, [("op", "check"), ("client", Name(client)), ("W", Hex(publicKey)), .. Text(topic, reading.Number, reading.Plaintext), ("signature", Hex(reading.Signature))], cancellationToken)
            .ConfigureAwait(false);

    private (string Key, string Value)[] Text(string topic, ulong number, ReadOnlyMemory<byte> plaintext) =>
        [("topic", Topic(topic, name)), ("number", number.ToString("x16", CultureInfo.InvariantCulture)), ("data", Hex(plaintext))];
}
