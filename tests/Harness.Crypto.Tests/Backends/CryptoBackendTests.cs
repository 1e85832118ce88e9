namespace Harness.Crypto.Tests.Backends;

public sealed class CryptoBackendTests
{
    [Test]
    [Platform("Linux")]
    public void Libcrypto_is_found_where_NET_runs_on_it()
    {
        Assert.That(CryptoBackend.LibCrypto, Is.Not.Null);
        Assert.That(CryptoBackend.LibCrypto!.IsConstantTime, Is.True);
        Assert.That(CryptoBackend.LibCrypto.Description, Does.StartWith("OpenSSL "));
        Assert.That(CryptoBackend.Available[0], Is.SameAs(CryptoBackend.LibCrypto), "preferred");
    }

    [Test]
    public void A_choice_holds_for_its_scope_and_nests()
    {
        var before = CryptoBackend.Current;
        using (CryptoBackend.Use(CryptoBackend.BouncyCastle))
        {
            Assert.That(CryptoBackend.Current, Is.SameAs(CryptoBackend.BouncyCastle));
            using (CryptoBackend.Use(CryptoBackend.Available[0]))
            {
                Assert.That(CryptoBackend.Current, Is.SameAs(CryptoBackend.Available[0]));
            }

            Assert.That(CryptoBackend.Current, Is.SameAs(CryptoBackend.BouncyCastle));
        }

        Assert.That(CryptoBackend.Current, Is.SameAs(before));
    }

    [Test]
    public async Task A_choice_follows_its_own_flow_and_no_other()
    {
        using var entered = new SemaphoreSlim(0);
        var before = CryptoBackend.Current;
        var other = Task.Run(() =>
        {
            using var use = CryptoBackend.Use(CryptoBackend.BouncyCastle);
            entered.Release();
            return CryptoBackend.Current;
        });
        Assert.That(await entered.WaitAsync(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(CryptoBackend.Current, Is.SameAs(before));
        Assert.That(await other.WaitAsync(TimeSpan.FromSeconds(10)), Is.SameAs(CryptoBackend.BouncyCastle));
    }

    [Test]
    [Platform("Linux")]
    public void A_missing_library_and_one_without_the_functions_are_passed_over()
    {
        Assert.That(LibCryptoApi.TryLoad(["libcrypto.so.does-not-exist", "libc.so.6"]), Is.Null);
        Assert.That(LibCryptoApi.TryLoad(["libc.so.6", .. LibCryptoApi.Candidates()]), Is.Not.Null);
    }

    [Test]
    public void The_environment_chooses_for_a_process()
    {
        Assert.That(CryptoBackend.Choose(null), Is.SameAs(CryptoBackend.Available[0]));
        Assert.That(CryptoBackend.Choose(""), Is.SameAs(CryptoBackend.Available[0]));
        Assert.That(CryptoBackend.Choose("bouncycastle"), Is.SameAs(CryptoBackend.BouncyCastle));
        Assert.That(() => CryptoBackend.Choose("openssl"), Throws.InvalidOperationException
            .With.Message.Contains("HARNESS_CRYPTO is 'openssl'; expected libcrypto or bouncycastle"));
    }

    [Test]
    public void BouncyCastle_says_that_it_is_not_constant_time() =>
        Assert.That(CryptoBackend.BouncyCastle.IsConstantTime, Is.False);
}
