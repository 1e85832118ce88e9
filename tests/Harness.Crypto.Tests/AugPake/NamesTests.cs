namespace Harness.Crypto.Tests.AugPake;

public sealed class NamesTests
{
    [TestCase(AugPakeProfile.Rfc6628, "modp2048-q256", "AUGPAKE-RFC6628-MODP2048Q256")]
    [TestCase(AugPakeProfile.AsPublished, "p256", "AUGPAKE-PAPER-P256")]
    [TestCase(AugPakeProfile.Framed, "p256", "AUGPAKE-FRAMED-P256")]
    [TestCase(AugPakeProfile.Rfc6628, "rfc3526-14", "AUGPAKE-RFC6628-MODP14")]
    public void A_method_names_profile_and_group(AugPakeProfile profile, string group, string method) =>
        Assert.That(AugPakeMethod.Of(profile, AugPakeGroup.ByName(group)), Is.EqualTo(method));

    [Test]
    public void Every_method_is_read_back()
    {
        foreach (var profile in AugPakeProfiles.All)
        {
            foreach (var group in AugPakeGroup.All)
            {
                Assert.That(AugPakeMethod.TryParse(AugPakeMethod.Of(profile, group), out var p, out var g), Is.True);
                Assert.That((p, g), Is.EqualTo((profile, group)));
                Assert.That(AugPakeProfiles.Parse(profile.Name()), Is.EqualTo(profile));
            }
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("augpake-rfc6628-p256")]
    [TestCase("AUGPAKE-RFC6628-P256 ")]
    [TestCase("AUGPAKE-RFC6628-RFC3526-14")]
    [TestCase("SCRAM-SHA-256")]
    public void Any_other_method_is_not_read(string? method) =>
        Assert.That(AugPakeMethod.TryParse(method, out _, out _), Is.False);

    [Test]
    public void An_unknown_profile_is_an_error_that_lists_the_known_ones() =>
        Assert.That(() => AugPakeProfiles.Parse("RFC6628"), Throws.ArgumentException.With.Message.Contains("as-published, rfc6628, framed"));

    [Test]
    public void An_inner_topic_is_for_framed_only_and_separates_runs()
    {
        var p256 = AugPakeGroup.P256;
        Assert.That(() => new AugPakeClient(p256, AugPakeProfile.Rfc6628, "c", "s", "pw", "t"), Throws.ArgumentException);
        var plain = Verifier.ComputeW(p256, AugPakeProfile.Framed, "c", "s", "pw");
        var inner = Verifier.ComputeW(p256, AugPakeProfile.Framed, "c", "s", "pw", "t");
        Assert.That(inner, Is.Not.EqualTo(plain));
        using var client = new AugPakeClient(p256, AugPakeProfile.Framed, "c", "s", "pw", "t");
        using var server = new AugPakeServer(p256, AugPakeProfile.Framed, "c", "s", inner, "t");
        Assert.That(server.TryVerify(client.Respond(server.Respond(client.Start()))), Is.True);
    }

    [Test]
    public void Framed_keeps_names_apart_that_the_published_profiles_run_together()
    {
        var p256 = AugPakeGroup.P256;
        byte[] W(AugPakeProfile profile, string c, string s) => Verifier.ComputeW(p256, profile, c, s, "pw");
        Assert.That(W(AugPakeProfile.Framed, "ab", "c"), Is.Not.EqualTo(W(AugPakeProfile.Framed, "a", "bc")));
        Assert.That(W(AugPakeProfile.AsPublished, "ab", "c"), Is.EqualTo(W(AugPakeProfile.AsPublished, "a", "bc")), "as published");
    }

    [Test]
    public void Names_that_are_no_Unicode_are_refused() =>
        Assert.That(
            () => Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "c" + (char)0xD800, "s", "pw"), Throws.ArgumentException);
}
