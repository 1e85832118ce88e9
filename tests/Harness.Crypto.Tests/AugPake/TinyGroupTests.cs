namespace Harness.Crypto.Tests.AugPake;

/// <summary>A group of order 11, in which an event that never happens in a real group has a probability of 1 in 11.</summary>
[TestFixtureSource(typeof(GroupBackends), nameof(GroupBackends.Names))]
public sealed class TinyGroupTests(string backend)
{
    private const string C = "c";
    private const string S = "s";
    private const AugPakeProfile Profile = AugPakeProfile.Rfc6628;
    private static readonly AugPakeGroup _tiny = new Tiny();
    private IDisposable _use = null!;

    [SetUp]
    public void Use() => _use = CryptoBackend.Use(GroupBackends.ByName(backend));

    [TearDown]
    public void Restore() => _use.Dispose();

    [Test]
    public void An_x_without_z_is_refused_when_given_and_drawn_again_when_drawn()
    {
        var withoutZ = 0;
        for (var password = 0; password < 20; password++)
        {
            for (byte x = 1; x <= 10; x++)
            {
                using var client = new AugPakeClient(_tiny, Profile, C, S, $"pw{password}");
                try
                {
                    client.StartWithKnownScalar(Scalar(x));
                }
                catch (ArgumentException)
                {
                    withoutZ++;
                }
            }
        }

        Assert.That(withoutZ, Is.InRange(1, 60), "of 200; one in eleven is expected");
        for (var i = 0; i < 200; i++)
        {
            using var client = new AugPakeClient(_tiny, Profile, C, S, $"pw{i}");
            Assert.That(_tiny.IsAcceptable(client.Start()), Is.True);
            Assert.That(client.Secrets.ElementAt(1), Has.Some.Not.Zero, "z");
        }
    }

    [Test]
    public void A_server_whose_Y_would_be_the_identity_aborts()
    {
        var (aborted, answered) = (0, 0);
        for (byte w = 1; w <= 10; w++)
        {
            for (var x = 2; x <= 21; x++)
            {
                using var server = new AugPakeServer(_tiny, Profile, C, S, _tiny.PowerOfGenerator([w]));
                try
                {
                    Assert.That(_tiny.IsAcceptable(server.Respond(Scalar((byte)x))), Is.True);
                    answered++;
                }
                catch (AugPakeException e) when (e.Failure == AugPakeFailure.IdentityElement)
                {
                    Assert.That(server.Secrets, Has.All.Matches<byte[]>(s => s.All(b => b == 0)));
                    aborted++;
                }
            }
        }

        Assert.That(aborted, Is.GreaterThan(0));
        Assert.That(answered, Is.GreaterThan(aborted));
    }

    [Test]
    public void Every_pair_of_scalars_agrees_or_aborts()
    {
        var agreed = 0;
        var w = Verifier.ComputeW(_tiny, Profile, C, S, "pw");
        for (byte x = 1; x <= 10; x++)
        {
            for (byte y = 1; y <= 10; y++)
            {
                using var client = new AugPakeClient(_tiny, Profile, C, S, "pw");
                using var server = new AugPakeServer(_tiny, Profile, C, S, w);
                try
                {
                    var vc = client.Respond(server.RespondWithKnownScalar(client.StartWithKnownScalar(Scalar(x)), Scalar(y)));
                    Assert.That(server.TryVerify(vc), Is.True, $"x {x}, y {y}");
                    agreed++;
                }
                catch (Exception e) when (e is ArgumentException or AugPakeException { Failure: AugPakeFailure.IdentityElement })
                {
                }
            }
        }

        Assert.That(agreed, Is.GreaterThanOrEqualTo(90), "of 100; only an x without z is lost");
    }

    private static byte[] Scalar(byte value) => [0, 0, 0, 0, 0, 0, 0, value];

    /// <summary>p = 23 = 2·11 + 1, q = 11, g = 2.</summary>
    private sealed class Tiny() : ModpGroup("tiny", "TINY", "0000000000000017", "000000000000000b", "0000000000000002");
}
