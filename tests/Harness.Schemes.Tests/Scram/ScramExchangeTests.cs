using Harness.Schemes.Scram;

namespace Harness.Schemes.Tests.Scram;

/// <summary>SCRAM-SHA-256 (RFC 5802, RFC 7677) at both ends, without a network.</summary>
public sealed class ScramExchangeTests
{
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ClientFinal = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Test]
    public void The_exchange_of_RFC_7677_comes_out_at_both_ends()
    {
        using var client = Client();
        Assert.That(Encoding.ASCII.GetString(client.Start()), Is.EqualTo(ClientFirst));
        Assert.That(Encoding.ASCII.GetString(client.Respond(Bytes(ServerFirst))), Is.EqualTo(ClientFinal));
        Assert.DoesNotThrow(() => client.Finish(Bytes(ServerFinal)));
        var server = Server("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        Assert.That(Encoding.ASCII.GetString(server.Challenge), Is.EqualTo(ServerFirst));
        Assert.That(ScramClientFinal.TryDecode(Bytes(ClientFinal), out var final), Is.True);
        Assert.That((server.Continues(final!), server.TryVerify(final!)), Is.EqualTo((true, true)));
        Assert.That(Encoding.ASCII.GetString(server.Final()), Is.EqualTo(ServerFinal));
    }

    [TestCase("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ScramFailure.ForeignNonce, TestName = "A_nonce_that_adds_nothing_is_refused")]
    [TestCase("r=xOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ScramFailure.ForeignNonce, TestName = "A_nonce_that_begins_otherwise_is_refused")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", ScramFailure.Iterations, TestName = "Too_few_iterations_are_refused")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=10000001", ScramFailure.Iterations, TestName = "Too_many_iterations_are_refused")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=04096", ScramFailure.Malformed, TestName = "Iterations_with_a_leading_zero_are_no_number")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOabc,s=,i=4096", ScramFailure.Malformed, TestName = "An_empty_salt_is_none")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gR==,i=4096", ScramFailure.Malformed, TestName = "A_second_spelling_of_base64_is_refused")]
    [TestCase("m=x,r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ScramFailure.Malformed, TestName = "An_extension_that_must_be_known_is_refused")]
    public void A_first_message_of_the_server_that_is_wrong_ends_the_exchange(string message, ScramFailure failure)
    {
        using var client = Client();
        client.Start();
        Assert.That(() => client.Respond(Bytes(message)), Throws.TypeOf<ScramException>().With.Property("Failure").EqualTo(failure));
    }

    [TestCase("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", ScramFailure.Malformed)]
    [TestCase("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", ScramFailure.WrongSignature)]
    [TestCase("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=", ScramFailure.WrongSignature)]
    [TestCase("e=other-error", ScramFailure.WrongSignature)]
    [TestCase("", ScramFailure.Malformed)]
    public void A_last_message_of_the_server_that_is_wrong_ends_the_exchange(string message, ScramFailure failure)
    {
        using var client = Client();
        client.Start();
        client.Respond(Bytes(ServerFirst));
        Assert.That(() => client.Finish(Bytes(message)), Throws.TypeOf<ScramException>().With.Property("Failure").EqualTo(failure));
    }

    [Test]
    public void A_signature_before_the_exchange_is_wrong()
    {
        using var client = Client();
        client.Start();
        Assert.That(() => client.Finish(Bytes($"v={Convert.ToBase64String(new byte[32])}")), Throws.TypeOf<ScramException>());
    }

    [TestCase("another", 0xff, false)]
    [TestCase("pencil", 0xff, true)]
    [TestCase("pencil", 0x00, false)]
    public void A_proof_is_right_for_its_password_and_where_it_counts_alone(string password, int mask, bool right)
    {
        using var client = new ScramClient("user", Bytes(password), "rOprNGfwEbeRWgbNEkqO");
        client.Start();
        var server = Server(null);
        Assert.That(ScramClientFinal.TryDecode(client.Respond(server.Challenge), out var final), Is.True);
        Assert.That((server.Continues(final!), server.TryVerify(final!, (byte)mask)), Is.EqualTo((true, right)));
        if (!right && mask != 0)
        {
            Assert.That(() => client.Finish(server.Final()), Throws.TypeOf<ScramException>());
        }
    }

    [TestCase("c=biws", "c=eSws")]
    [TestCase("r=rOpr", "r=xOpr")]
    [TestCase("F$k0", "F$k1")]
    public void A_proof_of_another_exchange_does_not_continue_this_one(string before, string after)
    {
        Assert.That(ScramClientFinal.TryDecode(Bytes(ClientFinal.Replace(before, after, StringComparison.Ordinal)), out var final), Is.True);
        Assert.That(Server("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0").Continues(final!), Is.False);
    }

    [TestCase("n,,n=user,r=abc", ScramBinding.None)]
    [TestCase("y,,n=user,r=abc", ScramBinding.Unused)]
    [TestCase("p=tls-unique,,n=user,r=abc", ScramBinding.Required)]
    public void Wishes_for_channel_binding_are_read(string message, ScramBinding binding)
    {
        Assert.That(ScramClientFirst.TryDecode(Bytes(message), out var first), Is.True);
        Assert.That((first!.Binding, first.Name, first.Nonce), Is.EqualTo((binding, "user", "abc")));
    }

    [TestCase("n,a=other,n=user,r=abc")]
    [TestCase("n,,m=x,n=user,r=abc")]
    [TestCase("n,,n=user")]
    [TestCase("n,,r=abc,n=user")]
    [TestCase("n,,n=,r=abc")]
    [TestCase("n,,n=us=er,r=abc")]
    [TestCase("n,,n=user,r=a\u0007c")]
    [TestCase("q,,n=user,r=abc")]
    [TestCase("")]
    public void Anything_but_a_first_message_is_refused(string message) => Assert.That(ScramClientFirst.TryDecode(Bytes(message), out _), Is.False);

    [TestCase("plain")]
    [TestCase("a,b=c")]
    [TestCase("=2C")]
    [TestCase("é")]
    public void A_name_comes_back_from_its_escape(string name)
    {
        using var client = new ScramClient(name, Bytes("pencil"));
        Assert.That(ScramClientFirst.TryDecode(client.Start(), out var first), Is.True);
        Assert.That(first!.Name, Is.EqualTo(name));
    }

    [Test]
    public void Fewer_than_4096_iterations_are_never_enrolled() =>
        Assert.That(() => ScramCredential.Create("pencil", 4095), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Iterations_are_counted_as_the_boards_count_them()
    {
        using var counts = OperationCounts.Begin();
        KeyDerivation.Pbkdf2("pencil"u8, new byte[16], 4096);
        Assert.That(counts.Sha256Blocks, Is.EqualTo(8194), "two padded keys, and two blocks an iteration");
    }

    private static ScramClient Client() => new("user", Bytes("pencil"), "rOprNGfwEbeRWgbNEkqO");

    private static ScramServer Server(string? nonce)
    {
        Assert.That(ScramClientFirst.TryDecode(Bytes(ClientFirst), out var first), Is.True);
        return new ScramServer(first!, ScramCredential.Create("pencil", 4096, Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==")), nonce);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
