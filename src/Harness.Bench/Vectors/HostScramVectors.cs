namespace Harness.Bench.Vectors;

/// <summary>Runs the vectors of SCRAM-SHA-256 on the code of this process, both sides.</summary>
internal static class HostScramVectors
{
    public static void Run(ScramCase c, CaseCheck check)
    {
        var password = Password.Prepare(c.Password);
        using var client = new ScramClient(c.Client, password, c.ClientNonce);
        CryptographicOperations.ZeroMemory(password);
        var first = client.Start();
        check.Equal("client_first", "the client's first message", Bytes(c.ClientFirst), first);
        if (!ScramClientFirst.TryDecode(first, out var read))
        {
            check.Differ("client_first", "the client's first message read", "a message", "none");
            return;
        }

        var server = new ScramServer(read, ScramCredential.Unchecked(c.Password, c.Iterations, c.Salt), c.ServerNonce);
        check.Equal("server_first", "the server's first message", Bytes(c.ServerFirst), server.Challenge);
        var taken = "server_first";
        try
        {
            var final = client.Respond(Bytes(c.ServerFirst));
            check.Equal("client_final", "the client's last message", Bytes(c.ClientFinal), final);
            taken = "server_final";
            client.Finish(Bytes(c.ServerFinal));
        }
        catch (ScramException e)
        {
            check.Differ(taken, "the server's message taken", "no refusal", e.Message);
            return;
        }

        var isFinal = ScramClientFinal.TryDecode(Bytes(c.ClientFinal), out var proof);
        check.Holds("client_final", "the proof verified", isFinal && server.Continues(proof!) && server.TryVerify(proof!), "a right proof", "none");
        check.Equal("server_final", "the server's last message", Bytes(c.ServerFinal), server.Final());
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
