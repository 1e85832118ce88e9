namespace Harness.Crypto.Tests.Vectors;

/// <summary>Every AugPAKE answer and every refused element, on every back end.</summary>
[TestFixtureSource(typeof(GroupBackends), nameof(GroupBackends.Names))]
public sealed class AugPakeVectorTests(string backend)
{
    private IDisposable _use = null!;

    private static IEnumerable<TestCaseData> Handshakes() => VectorFile.Section("augpake")
        .Select(c => new TestCaseData(c).SetArgDisplayNames($"{c} {c.Text("group")} {c.Text("profile")} {c.Text("client")}"));

    private static IEnumerable<TestCaseData> Rejects() => VectorFile.Section("augpake_reject")
        .Select(c => new TestCaseData(c).SetArgDisplayNames($"{c} {c.Text("group")} {c.Text("why")}"));

    [SetUp]
    public void Use() => _use = CryptoBackend.Use(GroupBackends.ByName(backend));

    [TearDown]
    public void Restore() => _use.Dispose();

    [TestCaseSource(nameof(Handshakes))]
    public void The_handshake_gives_the_published_values(object vector)
    {
        var v = (VectorFile.Case)vector;
        var group = AugPakeGroup.ByName(v.Text("group"));
        var profile = AugPakeProfiles.Parse(v.Text("profile"));
        var (c, s, password) = (v.Text("client"), v.Text("server"), v.Text("password"));
        var transcript = new AugPakeTranscript(group, profile, c, s, null);

        Assert.That(transcript.PasswordScalar(Password.Prepare(password)), Is.EqualTo(v.Scalar("w", group.ScalarLength)), "w'");
        var w = Verifier.ComputeW(group, profile, c, s, password);
        Assert.That(w, Is.EqualTo(v.Bytes("W")), "W");

        using var client = new AugPakeClient(group, profile, c, s, password);
        using var server = new AugPakeServer(group, profile, c, s, w);
        var x = client.StartWithKnownScalar(v.Bytes("x"));
        Assert.That(x, Is.EqualTo(v.Bytes("X")), "X");
        Assert.That(transcript.R(x), Is.EqualTo(v.Scalar("r", group.ScalarLength)), "r");
        var y = server.RespondWithKnownScalar(x, v.Bytes("y"));
        Assert.That(y, Is.EqualTo(v.Bytes("Y")), "Y");
        Assert.That(group.PowerOfGenerator(v.Bytes("y")), Is.EqualTo(v.Bytes("K")), "K");
        var vc = client.Respond(y);
        Assert.That(vc, Is.EqualTo(v.Bytes("Vc")), "V_C");
        Assert.That(server.TryVerify(vc), Is.True, "V_C verifies");
        Assert.That(server.Authenticator, Is.EqualTo(v.Bytes("Vs")), "V_S");
        using var clientKey = client.Finish(server.Authenticator);
        using var serverKey = server.TakeKey();
        Assert.That(clientKey.Bytes.ToArray(), Is.EqualTo(v.Bytes("SK")), "SK of the client");
        Assert.That(serverKey.Bytes.ToArray(), Is.EqualTo(v.Bytes("SK")), "SK of the server");
    }

    [TestCaseSource(nameof(Rejects))]
    public void An_element_outside_the_group_is_refused_everywhere(object vector)
    {
        var v = (VectorFile.Case)vector;
        var group = AugPakeGroup.ByName(v.Text("group"));
        var element = v.Bytes("element");
        Assert.That(group.IsAcceptable(element), Is.False);

        using var client = new AugPakeClient(group, AugPakeProfile.Rfc6628, "c", "s", "pw");
        client.Start();
        Assert.That(() => client.Respond(element), Throws.TypeOf<AugPakeException>()
            .With.Property(nameof(AugPakeException.Failure)).EqualTo(AugPakeFailure.BadElement), "as Y");
        using var server = new AugPakeServer(group, AugPakeProfile.Rfc6628, "c", "s", group.PowerOfGenerator([5]));
        Assert.That(() => server.Respond(element), Throws.TypeOf<AugPakeException>()
            .With.Property(nameof(AugPakeException.Failure)).EqualTo(AugPakeFailure.BadElement), "as X");
        Assert.That(() => new AugPakeServer(group, AugPakeProfile.Rfc6628, "c", "s", element), Throws.ArgumentException, "as W");
    }

    [Test]
    public void Every_case_of_the_file_runs_and_every_group_has_some()
    {
        Assert.That(Handshakes().Count(), Is.EqualTo(18), "handshakes");
        Assert.That(Rejects().Count(), Is.EqualTo(27), "rejects");
        foreach (var section in new[] { "augpake", "augpake_reject" })
        {
            Assert.That(
                VectorFile.Section(section).Select(c => c.Text("group")).Distinct(), Is.EquivalentTo(AugPakeGroup.All.Select(g => g.Name)), section);
        }
    }
}
