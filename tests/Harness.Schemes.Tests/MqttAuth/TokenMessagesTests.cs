namespace Harness.Schemes.Tests.MqttAuth;

public sealed class TokenMessagesTests
{
    private static readonly byte[] Token = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [TestCase(TokenOperation.Create, 1)]
    [TestCase(TokenOperation.Publish, 2)]
    [TestCase(TokenOperation.Subscribe, 3)]
    [TestCase(TokenOperation.Revoke, 4)]
    public void A_token_request_has_its_documented_bytes_and_reads_back(TokenOperation operation, byte code)
    {
        var token = operation == TokenOperation.Create ? [] : Token;
        byte[] expected = [code, 0, 4, (byte)'a', (byte)'/', 0xC3, 0xA9, .. token];
        var request = new TokenRequest(operation, "a/é", token);
        Assert.That(request.Encode(), Is.EqualTo(expected));
        Assert.That(TokenRequest.TryDecode(expected, out var read), Is.True);
        Assert.That((read!.Operation, read.Topic, read.Token.ToArray()), Is.EqualTo((operation, "a/é", token)));
    }

    [Test]
    public void An_answer_is_written_as_documented_and_read_again([Values] TokenOperation operation, [Values] TokenStatus status)
    {
        byte[] tokens = (operation, status) == (TokenOperation.Create, TokenStatus.Granted) ? [.. Token, .. Token] : [];
        byte[] expected = [(byte)(0x80 + (byte)operation), (byte)status, 0, 1, (byte)'t', .. tokens];
        Assert.That(new TokenAnswer(operation, status, "t", tokens).Encode(), Is.EqualTo(expected));
        Assert.That(TokenAnswer.TryDecode(expected, out var read), Is.True);
        Assert.That((read!.Operation, read.Status, read.Topic, read.Tokens.ToArray()), Is.EqualTo((operation, status, "t", tokens)));
    }

    [Test]
    public void Every_cut_and_every_byte_more_is_refused()
    {
        var request = new TokenRequest(TokenOperation.Publish, "topic", Token).Encode();
        var answer = new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, "topic", (byte[])[.. Token, .. Token]).Encode();
        for (var length = 0; length < request.Length; length++)
        {
            Assert.That(TokenRequest.TryDecode(request.AsSpan(0, length), out _), Is.False, $"request of {length} bytes");
        }

        for (var length = 0; length < answer.Length; length++)
        {
            Assert.That(TokenAnswer.TryDecode(answer.AsSpan(0, length), out _), Is.False, $"answer of {length} bytes");
        }

        Assert.That(TokenRequest.TryDecode([.. request, 0], out _), Is.False);
        Assert.That(TokenAnswer.TryDecode([.. answer, 0], out _), Is.False);
    }

    [TestCase(new byte[] { 0, 0, 1, 97 })]
    [TestCase(new byte[] { 5, 0, 1, 97 })]
    [TestCase(new byte[] { 1, 0, 0 })]
    [TestCase(new byte[] { 1, 0, 1, 0xFF })]
    [TestCase(new byte[] { 0x81, 0, 1, 97 })]
    public void A_malformed_token_request_is_refused(byte[] bytes) => Assert.That(TokenRequest.TryDecode(bytes, out _), Is.False);

    [TestCase(new byte[] { 1, 0, 0, 1, 97 })]
    [TestCase(new byte[] { 0x80, 0, 0, 1, 97 })]
    [TestCase(new byte[] { 0x85, 0, 0, 1, 97 })]
    [TestCase(new byte[] { 0x82, 3, 0, 1, 97 })]
    [TestCase(new byte[] { 0x82, 0, 0, 0 })]
    [TestCase(new byte[] { 0x82, 0, 0, 1, 0xFF })]
    public void A_malformed_token_answer_is_refused(byte[] bytes) => Assert.That(TokenAnswer.TryDecode(bytes, out _), Is.False);

    [Test]
    public void Neither_prints_a_token()
    {
        var hex = Convert.ToHexString(Token);
        object[] messages = [new TokenRequest(TokenOperation.Publish, "t", Token), new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, "t", Token)];
        Assert.That(messages.Select(m => m.ToString()), Is.All.Not.Contain(hex).IgnoreCase.And.All.Not.Contain("1, 2, 3"));
        Assert.That(messages.Select(m => m.ToString()), Is.All.Contain("t"));
    }

    [TestCase(TokenOperation.Create, 16)]
    [TestCase(TokenOperation.Publish, 0)]
    [TestCase(TokenOperation.Revoke, 15)]
    public void A_token_of_another_length_is_not_written(TokenOperation operation, int length) =>
        Assert.That(() => new TokenRequest(operation, "t", new byte[length]).Encode(), Throws.ArgumentException);

    [TestCase("m4", "auth/6d34")]
    [TestCase("é", "auth/c3a9")]
    public void A_clients_topic_is_hex_of_its_name(string client, string topic) => Assert.That(TokenTopics.Of(client), Is.EqualTo(topic));

    [TestCase("auth", true)]
    [TestCase("auth/6d34", true)]
    [TestCase("auth/#", true)]
    [TestCase("author/1", false)]
    [TestCase("a/auth", false)]
    public void Topics_under_auth_are_private(string topic, bool isPrivate) => Assert.That(TokenTopics.IsPrivate(topic), Is.EqualTo(isPrivate));
}
