namespace Harness.Crypto.Tests.AugPake;

/// <summary>The handshake between client and server, for every group and profile.</summary>
[TestFixtureSource(nameof(All))]
public sealed class HandshakeTests(string groupName, AugPakeProfile profile)
{
    private const string C = "pub1";
    private const string S = "broker";
    private readonly AugPakeGroup _group = AugPakeGroup.ByName(groupName);

    private static IEnumerable<TestFixtureData> All() =>
        from g in AugPakeGroup.All from p in AugPakeProfiles.All select new TestFixtureData(g.Name, p);

    private AugPakeClient Client(string password = "secret", string client = C, string server = S) =>
        new(_group, profile, client, server, password);

    private AugPakeServer Server(string password = "secret", string client = C, string server = S) =>
        new(_group, profile, client, server, Verifier.ComputeW(_group, profile, client, server, password));

    [Test]
    public void Both_sides_agree_on_one_key()
    {
        using var client = Client();
        using var server = Server();
        var y = server.Respond(client.Start());
        Assert.That(server.TryVerify(client.Respond(y)), Is.True);
        using var clientKey = client.Finish(server.Authenticator);
        using var serverKey = server.TakeKey();
        Assert.That(clientKey.Bytes.ToArray(), Is.EqualTo(serverKey.Bytes.ToArray()));
        Assert.That(clientKey.Fingerprint, Is.EqualTo(serverKey.Fingerprint));
    }

    [Test]
    public void A_client_made_from_the_password_scalar_is_one_made_from_the_password()
    {
        var scalar = Verifier.ComputeScalar(_group, profile, C, S, "secret");
        Assert.That(_group.PowerOfGenerator(scalar), Is.EqualTo(Verifier.ComputeW(_group, profile, C, S, "secret")), "W = g^w'");
        using var fromScalar = AugPakeClient.FromPasswordScalar(_group, profile, C, S, scalar);
        Array.Clear(scalar); // It holds a copy of its own.
        using var fromPassword = Client();
        using var server = Server();
        var x = fromScalar.StartWithKnownScalar([3, 1, 4, 1]);
        Assert.That(fromPassword.StartWithKnownScalar([3, 1, 4, 1]), Is.EqualTo(x));
        var y = server.Respond(x);
        var vc = fromScalar.Respond(y);
        Assert.That(fromPassword.Respond(y), Is.EqualTo(vc));
        Assert.That(server.TryVerify(vc), Is.True);
        using var key = fromScalar.Finish(server.Authenticator);
        using var serverKey = server.TakeKey();
        Assert.That(key.Bytes.ToArray(), Is.EqualTo(serverKey.Bytes.ToArray()));
        Assert.That(fromScalar.Secrets, Has.All.Matches<byte[]>(s => s.All(b => b == 0)), "all cleared at the end");
    }

    [Test]
    public void A_password_scalar_outside_its_range_is_refused()
    {
        AugPakeClient From(byte[] scalar) => AugPakeClient.FromPasswordScalar(_group, profile, C, S, scalar);
        Assert.That(() => From(new byte[_group.ScalarLength]), Throws.ArgumentException, "0");
        Assert.That(() => From(_group.Order.ToArray()), Throws.ArgumentException, "q");
        Assert.That(() => From([1]), Throws.ArgumentException.With.Message.Contains($"expected {_group.ScalarLength} bytes"), "short");
    }

    [Test]
    public void Two_handshakes_share_nothing()
    {
        var seen = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var client = Client();
            using var server = Server();
            var x = client.Start();
            var y = server.Respond(x);
            var vc = client.Respond(y);
            Assert.That(server.TryVerify(vc), Is.True);
            using var key = server.TakeKey();
            seen.AddRange(new[] { x, y, vc, server.Authenticator, key.Bytes.ToArray() }.Select(Convert.ToHexString));
        }

        Assert.That(seen, Is.Unique);
    }

    [Test]
    public void A_wrong_password_is_found_by_the_server_and_ends_the_handshake()
    {
        using var client = Client("Secret");
        using var server = Server();
        var vc = client.Respond(server.Respond(client.Start()));
        Assert.That(server.TryVerify(vc), Is.False);
        Assert.That(() => server.Authenticator, Throws.InvalidOperationException, "V_S");
        Assert.That(() => server.TakeKey(), Throws.InvalidOperationException, "SK");
        Assert.That(() => server.TryVerify(vc), Throws.InvalidOperationException, "second try");
        Assert.That(server.Secrets, Has.All.Matches<byte[]>(s => s.All(b => b == 0)));
    }

    [TestCase("guess", false)]
    [TestCase("secret", true)]
    public void A_server_without_the_verifier_is_found_by_the_client(string password, bool accepted)
    {
        // A rogue server skips V_C and computes V_S from its own y and any W it has.
        using var client = Client();
        using var rogue = Server(password);
        var x = client.Start();
        var scalar = _group.DrawScalar();
        var y = rogue.RespondWithKnownScalar(x, scalar);
        client.Respond(y);
        var vs = new AugPakeTranscript(_group, profile, C, S, null).ServerAuthenticator(x, y, _group.PowerOfGenerator(scalar));
        if (accepted)
        {
            client.Finish(vs).Dispose();
            return;
        }

        Assert.That(() => client.Finish(vs), Throws.TypeOf<AugPakeException>()
            .With.Property(nameof(AugPakeException.Failure)).EqualTo(AugPakeFailure.BadAuthenticator));
        Assert.That(() => client.Finish(vs), Throws.InvalidOperationException, "second try");
        Assert.That(client.Secrets, Has.All.Matches<byte[]>(s => s.All(b => b == 0)));
    }

    [TestCase("sub1", S)]
    [TestCase(C, "broker2")]
    public void Other_names_on_one_side_do_not_agree(string client, string server)
    {
        using var mine = Client(client: client, server: server);
        using var theirs = new AugPakeServer(_group, profile, C, S, Verifier.ComputeW(_group, profile, C, S, "secret"));
        Assert.That(theirs.TryVerify(mine.Respond(theirs.Respond(mine.Start()))), Is.False);
    }

    [Test]
    public void Another_profile_on_one_side_does_not_agree()
    {
        foreach (var other in AugPakeProfiles.All.Where(p => p != profile))
        {
            using var client = new AugPakeClient(_group, other, C, S, "secret");
            using var server = Server();
            Assert.That(server.TryVerify(client.Respond(server.Respond(client.Start()))), Is.False, other.Name());
        }
    }

    [Test]
    public void A_changed_V_C_is_refused_whichever_bit_or_length()
    {
        for (var change = 0; change < 6; change++)
        {
            using var client = Client();
            using var server = Server();
            var vc = client.Respond(server.Respond(client.Start()));
            Assert.That(server.TryVerify(Changed(vc, change, new byte[32])), Is.False, $"change {change}");
        }
    }

    [Test]
    public void A_changed_or_reflected_V_S_is_refused()
    {
        for (var change = 0; change < 6; change++)
        {
            using var client = Client();
            using var server = Server();
            var vc = client.Respond(server.Respond(client.Start()));
            Assert.That(server.TryVerify(vc), Is.True);
            var vs = server.Authenticator;
            Assert.That(() => client.Finish(Changed(vs, change, vc)), Throws.TypeOf<AugPakeException>(), $"change {change}");
        }
    }

    [Test]
    public void X_reflected_as_Y_does_not_log_anyone_in()
    {
        using var client = Client();
        var x = client.Start();
        var vc = client.Respond(x);
        Assert.That(() => client.Finish(vc), Throws.TypeOf<AugPakeException>());
        using var server = Server();
        var y = server.Respond(x);
        Assert.That(y, Is.Not.EqualTo(x));
        Assert.That(server.TryVerify(vc), Is.False);
    }

    [Test]
    public void A_replayed_transcript_does_not_log_in()
    {
        using var client = Client();
        using var server = Server();
        var x = client.Start();
        var vc = client.Respond(server.Respond(x));
        using var later = Server();
        later.Respond(x);
        Assert.That(later.TryVerify(vc), Is.False);
    }

    [Test]
    public void Calls_in_another_order_are_refused_and_say_the_state()
    {
        using var client = Client();
        using var server = Server();
        Assert.That(() => client.Respond([1]), Throws.InvalidOperationException.With.Message.Contains("AugPakeClient.Respond: the client is New"));
        Assert.That(() => client.Finish(new byte[32]), Throws.InvalidOperationException.With.Message.Contains("New, expected Responded"));
        Assert.That(() => server.TryVerify(new byte[32]), Throws.InvalidOperationException.With.Message.Contains("AugPakeServer.TryVerify: the server is New"));
        Assert.That(() => server.TakeKey(), Throws.InvalidOperationException);
        Assert.That(() => server.Authenticator, Throws.InvalidOperationException);
        var x = client.Start();
        Assert.That(() => client.Start(), Throws.InvalidOperationException, "a second Start");
        var y = server.Respond(x);
        Assert.That(() => server.Respond(x), Throws.InvalidOperationException, "a second X");
        Assert.That(() => server.Authenticator, Throws.InvalidOperationException, "V_S before V_C");
        Assert.That(() => server.TakeKey(), Throws.InvalidOperationException, "SK before V_C");
        var vc = client.Respond(y);
        Assert.That(() => client.Respond(y), Throws.InvalidOperationException, "a second Y");
        Assert.That(server.TryVerify(vc), Is.True);
        server.TakeKey().Dispose();
        Assert.That(() => server.TakeKey(), Throws.InvalidOperationException, "the key a second time");
        client.Finish(server.Authenticator).Dispose();
        Assert.That(() => client.Finish(server.Authenticator), Throws.InvalidOperationException, "a second V_S");
    }

    [Test]
    public void Dispose_clears_every_secret_in_every_state()
    {
        for (var steps = 0; steps < 5; steps++)
        {
            var client = Client();
            var server = Server();
            var x = steps > 0 ? client.Start() : [];
            var y = steps > 1 ? server.Respond(x) : [];
            var vc = steps > 2 ? client.Respond(y) : [];
            _ = steps > 3 && server.TryVerify(vc);
            var held = client.Secrets.Concat(server.Secrets).ToList();
            Assert.That(held.Any(s => s.Any(b => b != 0)), Is.True, "something to clear");
            client.Dispose();
            server.Dispose();
            Assert.That(held, Has.All.Matches<byte[]>(s => s.All(b => b == 0)), $"after {steps} steps");
            Assert.That(() => client.Start(), Throws.InvalidOperationException.With.Message.Contains("Disposed"));
            Assert.That(() => server.Respond(x), Throws.InvalidOperationException.With.Message.Contains("Disposed"));
        }
    }

    [Test]
    public void A_finished_client_holds_no_secret()
    {
        using var client = Client();
        using var server = Server();
        Assert.That(server.TryVerify(client.Respond(server.Respond(client.Start()))), Is.True);
        using var key = client.Finish(server.Authenticator);
        Assert.That(client.Secrets, Has.All.Matches<byte[]>(s => s.All(b => b == 0)));
        Assert.That(key.Bytes.ToArray(), Has.Some.Not.Zero, "the key given away stays");
    }

    [Test]
    public void The_paper_s_counts_are_two_exponentiations_here_and_three_there()
    {
        using var server = Server();
        using var clientCounts = OperationCounts.Begin();
        using var client = Client();
        var x = client.Start();
        clientCounts.Dispose();
        using var serverCounts = OperationCounts.Begin();
        var y = server.Respond(x);
        serverCounts.Dispose();
        using (var counts = OperationCounts.Begin())
        {
            client.Respond(y);
            Assert.That(counts.Exponentiations, Is.EqualTo(1));
            Assert.That(counts.Hashes, Is.EqualTo(3), "V_C, V_S, SK");
        }

        Assert.That(clientCounts.Exponentiations, Is.EqualTo(1));
        Assert.That(clientCounts.Hashes, Is.EqualTo(2), "w', r");
        Assert.That(serverCounts.Exponentiations, Is.EqualTo(3));
        Assert.That(serverCounts.Hashes, Is.EqualTo(4), "r, V_C, V_S, SK");
    }

    /// <summary>A proof with a bit changed at either end, shorter, longer or empty; the last is another one.</summary>
    private static byte[] Changed(byte[] proof, int change, byte[] other) => change switch
    {
        0 => [(byte)(proof[0] ^ 1), .. proof[1..]],
        1 => [.. proof[..31], (byte)(proof[31] ^ 0x80)],
        2 => proof[..31],
        3 => [.. proof, 0],
        4 => [],
        _ => other,
    };
}
