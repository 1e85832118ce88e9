namespace Harness.Schemes.Tests.Hardened;

/// <summary>The broker's counts on the hop to a client that several others write to at once.</summary>
public sealed class PairRouterTests
{
    [Test]
    public void Messages_of_two_senders_are_opened_whichever_is_sent_first()
    {
        using var router = new PairRouter(HardenedCipher.Ascon, [("pub", "a"), ("pub", "b")]);
        using PairChannel publisher = Join(router, "pub"), a = Join(router, "a"), b = Join(router, "b");
        var first = router.Take("a", a.Seal("pub", "one"u8), out _)!;
        var second = router.Take("b", b.Seal("pub", "two"u8), out _)!;
        foreach (var (forward, from, body) in new[] { (second, "b", "two"), (first, "a", "one") })
        {
            var result = publisher.Open(router.Seal(forward)!.Payload, out var peer, out var opened);
            Assert.That((result, peer, System.Text.Encoding.ASCII.GetString(opened ?? [])), Is.EqualTo((HardenedResult.Opened, from, body)));
        }
    }

    [Test]
    public void Nothing_is_sealed_for_a_receiver_that_left_meanwhile()
    {
        using var router = new PairRouter(HardenedCipher.Ascon, [("pub", "a")]);
        using PairChannel publisher = Join(router, "pub"), a = Join(router, "a");
        var forward = router.Take("a", a.Seal("pub", "one"u8), out _)!;
        router.Disconnected("pub");
        Assert.That(router.Seal(forward), Is.Null);
    }

    private static PairChannel Join(PairRouter router, string client)
    {
        var key = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(client));
        router.Established(client, key);
        return new PairChannel(HardenedCipher.Ascon, key, client, isBroker: false);
    }
}
