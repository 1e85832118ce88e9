namespace Harness.Schemes.Tests;

/// <summary>Checks that every parser of a scheme gives a typed result for any input, and writes an accepted one again byte for byte.</summary>
public sealed class ParserMutationTests
{
    private static readonly byte[] Token = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Token_requests(int count)
    {
        byte[][] corpus =
        [
            new TokenRequest(TokenOperation.Create, "plant/1", default).Encode(), new TokenRequest(TokenOperation.Publish, "plant/1", Token).Encode(),
            new TokenRequest(TokenOperation.Subscribe, "é/ü", Token).Encode(), new TokenRequest(TokenOperation.Revoke, new string('x', 300), Token).Encode(),
        ];
        Mutations.Check(corpus, 1, count, bytes => TokenRequest.TryDecode(bytes, out var request) ? request.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Token_answers(int count)
    {
        byte[][] corpus =
        [
            new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, "plant/1", (byte[])[.. Token, .. Token]).Encode(),
            new TokenAnswer(TokenOperation.Publish, TokenStatus.Refused, "plant/1", default).Encode(),
            new TokenAnswer(TokenOperation.Revoke, TokenStatus.Malformed, "é/ü", default).Encode(),
        ];
        Mutations.Check(corpus, 2, count, bytes => TokenAnswer.TryDecode(bytes, out var answer) ? answer.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Wraps(int count)
    {
        var wrap = new byte[MqttPresentCipher.WrapLength];
        byte[][] corpus = [new WrapMessage("plant/1", "sub", wrap).Encode(), new WrapMessage("", "", wrap).Encode(), new WrapMessage("é", "ü", wrap).Encode()];
        Mutations.Check(corpus, 3, count, bytes => WrapMessage.TryDecode(bytes, out var message) ? message.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Payloads_of_a_hop(int count)
    {
        using var client = new HopChannel(new byte[32], HopDirection.ToBroker);
        using var broker = new HopChannel(new byte[32], HopDirection.FromBroker);
        byte[][] corpus = [client.Seal("t", default), client.Seal("t", "21.5 C"u8), client.Seal("t", new byte[40]), broker.Seal("t", "down"u8)];
        var sent = corpus.Select(Convert.ToHexString).ToHashSet();
        var results = new Dictionary<HopResult, int>();
        foreach (var bytes in Mutations.Of(corpus, 4, count))
        {
            var result = broker.Open("t", bytes, out var plaintext);
            results[result] = results.GetValueOrDefault(result) + 1;
            if (!sent.Contains(Convert.ToHexString(bytes)))
            {
                Assert.That((result, plaintext.Length), Is.EqualTo((HopResult.BadTag, 0)), Convert.ToHexString(bytes));
            }
        }

        Assert.That(results.GetValueOrDefault(HopResult.Opened), Is.LessThanOrEqualTo(3), "what a mutation left as it was, once");
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Requests_that_reach_the_registry(int count)
    {
        using var registry = new TokenRegistry(64);
        var created = registry.Handle("pub", new TokenRequest(TokenOperation.Create, "a/b", default)).Tokens.ToArray();
        byte[][] corpus =
        [
            new TokenRequest(TokenOperation.Create, "a/c", default).Encode(), new TokenRequest(TokenOperation.Publish, "a/b", created.AsMemory(0, 16)).Encode(),
            new TokenRequest(TokenOperation.Subscribe, "a/b", created.AsMemory(16)).Encode(),
        ];
        var refused = 0;
        foreach (var bytes in Mutations.Of(corpus, 5, count))
        {
            if (TokenRequest.TryDecode(bytes, out var request))
            {
                var answer = registry.Handle("x", request);
                refused += answer.Status == TokenStatus.Refused ? 1 : 0;
                Assert.That(TokenAnswer.TryDecode(answer.Encode(), out _), Is.True);
                registry.MayReadSomeOf("x", request.Topic);
                registry.MayRead("x", request.Topic);
                Assert.That(answer.Status == TokenStatus.Granted && request.Operation == TokenOperation.Revoke, Is.False, "only the creator revokes");
            }
        }

        Assert.That(refused, Is.Positive);
    }
}
