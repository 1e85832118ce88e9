using Harness.Schemes.MqttAuth;

namespace Harness.Bench.Devices;

/// <summary>The tokens of a board, over <c>TOKEN</c> (rigs/firmware/PROTOCOL.md).</summary>
internal sealed class SerialTokens(string name, BoardInfo info, BoardDialogue board) : ITokenHolder
{
    private const string Verb = "TOKEN";

    public async ValueTask<byte[]> RequestAsync(TokenOperation operation, string topic, TokenKind kind, CancellationToken cancellationToken)
    {
        RefuseWhatItLacks();
        List<(string, string)> arguments = [("op", "request"), ("what", Word(operation)), ("topic", BoardNames.Topic(topic, name))];
        if (operation == TokenOperation.Revoke)
        {
            arguments.Add(("kind", Word(kind)));
        }

        return (await board.BytesAsync(Verb, "data", arguments, cancellationToken).ConfigureAwait(false)).Value;
    }

    public async ValueTask<TokenOutcome> TakeAnswerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        RefuseWhatItLacks();
        var reply = await board.AskAsync(Verb, [("op", "answer"), ("data", BoardNames.Hex(payload))], cancellationToken).ConfigureAwait(false);
        string? Print(TokenKind kind) => reply.Values.ContainsKey(Word(kind)) ? board.Fingerprint(reply, Verb, Word(kind)) : null;
        var (what, status) = (board.Value(reply, Verb, "what"), board.Long(reply, Verb, "status"));
        var operation = Enum.GetValues<TokenOperation>().Cast<TokenOperation?>().FirstOrDefault(o => Word(o!.Value) == what)
            ?? throw board.Mismatch(Verb, "create, publish, subscribe or revoke in what=", $"\"{what}\"");
        if (status > (long)TokenStatus.Malformed)
        {
            throw board.Mismatch(Verb, "0, 1 or 2 in status=", $"{status}");
        }

        return new TokenOutcome(
            operation, (TokenStatus)status, Encoding.UTF8.GetString(board.Bytes(reply, Verb, "topic")),
            Print(TokenKind.Authentication), Print(TokenKind.Authorization));
    }

    public async ValueTask<byte[]> GiveAsync(string topic, CancellationToken cancellationToken)
    {
        RefuseWhatItLacks();
        var token = (await board.BytesAsync(Verb, "token", [("op", "give"), ("topic", BoardNames.Topic(topic, name))], cancellationToken).ConfigureAwait(false)).Value;
        return token.Length == TokenRequest.TokenLength
            ? token : throw board.Mismatch(Verb, $"{TokenRequest.TokenLength} bytes in token=", $"{token.Length}");
    }

    public async ValueTask<string> TakeAsync(TokenKind kind, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        RefuseWhatItLacks();
        if (token.Length != TokenRequest.TokenLength)
        {
            throw new ArgumentException($"a token has {TokenRequest.TokenLength} bytes, not {token.Length}", nameof(token));
        }

        return (await board.FingerprintAsync(
            Verb, [("op", "take"), ("kind", Word(kind)), ("topic", BoardNames.Topic(topic, name)), ("token", BoardNames.Hex(token))], cancellationToken).ConfigureAwait(false)).Value;
    }

    private static string Word(TokenOperation operation) => operation.ToString().ToLowerInvariant();

    private static string Word(TokenKind kind) => kind.ToString().ToLowerInvariant();

    // A board is only asked for what its ID lists; the board itself reports if it does not run mqtt-auth now.
    private void RefuseWhatItLacks()
    {
        if (!info.Schemes.Contains(SchemeNames.MqttAuth))
        {
            throw new PartyRefusedException(name, PartyRefusal.Unsupported, $"tokens; ID lists schemes {string.Join(", ", info.Schemes)}");
        }
    }
}
