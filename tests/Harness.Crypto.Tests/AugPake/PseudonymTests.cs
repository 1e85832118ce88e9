namespace Harness.Crypto.Tests.AugPake;

public sealed class PseudonymTests
{
    private static readonly byte[] _w = Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", "password");

    [TestCase("a0", "a0", true)]
    [TestCase("a0", "a1", false)]
    [TestCase("a0", null, false)]
    [TestCase(null, "a0", false)]
    [TestCase(null, "", false)]
    public void Both_ends_must_mean_the_same_pseudonym(string? atClient, string? atServer, bool agrees)
    {
        using var client = new AugPakeClient(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", "password", null, atClient);
        using var server = new AugPakeServer(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", _w, null, atServer);
        Assert.That(server.TryVerify(client.Respond(server.Respond(client.Start()))), Is.EqualTo(agrees));
    }

    [Test]
    public void A_client_of_w_under_a_pseudonym_is_the_same()
    {
        var w = Verifier.ComputeScalar(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", "password");
        using var client = AugPakeClient.FromPasswordScalar(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", w, null, "a0");
        using var server = new AugPakeServer(AugPakeGroup.P256, AugPakeProfile.Framed, "dev", "broker", _w, null, "a0");
        Assert.That(server.TryVerify(client.Respond(server.Respond(client.Start()))), Is.True);
    }

    [TestCase(AugPakeProfile.Rfc6628)]
    [TestCase(AugPakeProfile.AsPublished)]
    public void A_profile_without_framing_takes_none(AugPakeProfile profile) => Assert.That(
        () => new AugPakeClient(AugPakeGroup.P256, profile, "dev", "broker", "password", null, "a0"), Throws.ArgumentException);
}
