using Harness.Schemes.Esfahani;

namespace Harness.Schemes.Tests.Esfahani;

/// <summary>Esfahani et al. 2019 against values of a second implementation (Python, from the same equations): ID sensor-7, x = 5a.., PSK = 7i, R1 = 11.., R2 = a5...</summary>
[CancelAfter(120_000)]
public sealed class EsfahaniTests
{
    private const string F2 = "785e9e5d219af8b66ea6eb73b9ac8a6a99e705f0441c0539a604e6c93f4c70fb";
    private const string F3 = "4c49c0acdcf517a1933cf3cb42dcb14189a0149b6d85caf8d1dc16d97976178c";
    private const string First = "f13924bb84758c7ff0fbfb78dc488d0c4f5e7d1f999ec6b83eb1ed416a8c1c8471b127d070c90b4b8f352e9968a79e3e5fc95c1bbeaa502fd6454ebde5a4bedc"
        + "190559ae7e80d8b5cdd3bb03cd04d208ef6374013ecb3e78c91d5b37e68d60284c49c0acdcf517a1933cf3cb42dcb14189a0149b6d85caf8d1dc16d97976178c";
    private const string Second = "00e3b9fbdcf0f87273438d28f1fd10a61ba09d3455aa683c24dd7c27db8198c5e908d2e7b98360477de59d0b42df662b47d2528f11199dc0f80b79e6c399f835"
        + "bca25dfdeeb0572177f94399d0954d80c8fb17327dc9df0674728c9a6d54ba73";
    private const string Third = "b8cd864a832ce09b70a2d8c3b1f0058f4f3f65274c897d655e8f1accd432d9ce";
    private const string Fingerprint = "1daf48305017a7e3";

    private static byte[] Psk => [.. Enumerable.Range(0, 32).Select(i => (byte)(7 * i))];

    [Test]
    public async Task A_sensors_messages_and_key_are_those_of_a_second_implementation(CancellationToken token)
    {
        var sensor = await RegisteredAsync(token);
        Assert.That(Convert.ToHexStringLower((await sensor.FirstAsync(token)).Value), Is.EqualTo(First));
        var proof = (await sensor.SecondAsync(Convert.FromHexString(Second), token)).Value;
        Assert.That((Convert.ToHexStringLower(proof.Third), proof.Fingerprint), Is.EqualTo((Third, Fingerprint)));
    }

    [Test]
    public async Task A_router_reads_name_and_key_and_takes_the_message_3_that_belongs_to_its_message_2(CancellationToken token)
    {
        var sensor = await RegisteredAsync(token);
        using var login = new EsfahaniRouter(Psk).Take((await sensor.FirstAsync(token)).Value)!;
        var proof = (await sensor.SecondAsync(login.Second, token)).Value;
        Assert.That(login.Client, Is.EqualTo("sensor-7"));
        Assert.That(Fingerprints.Of(login.Finish(proof.Third)!), Is.EqualTo(proof.Fingerprint));
        Assert.That(login.Finish(Convert.FromHexString(Third)), Is.Null, "of another R2");
    }

    [Test]
    public async Task Each_login_has_a_key_of_its_own(CancellationToken token)
    {
        using var server = new EsfahaniServer();
        var sensor = new EsfahaniSensor("one");
        await sensor.PutAsync(server.Register("a"), token);
        var keys = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            using var login = server.CreateRouter().Take((await sensor.FirstAsync(token)).Value)!;
            keys.Add((await sensor.SecondAsync(login.Second, token)).Value.Fingerprint);
        }

        Assert.That(keys, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Every_altered_bit_ends_the_login(CancellationToken token)
    {
        var router = new EsfahaniRouter(Psk);
        var sensor = await RegisteredAsync(token);
        foreach (var altered in Flipped(Convert.FromHexString(First)))
        {
            Assert.That(router.Take(altered), Is.Null);
        }

        foreach (var altered in Flipped(Convert.FromHexString(Second)))
        {
            await sensor.FirstAsync(token);
            Refuses(() => sensor.SecondAsync(altered, token).AsTask(), PartyRefusal.BadTag);
        }

        using var login = router.Take(Convert.FromHexString(First))!;
        await sensor.FirstAsync(token);
        foreach (var altered in Flipped((await sensor.SecondAsync(login.Second, token)).Value.Third))
        {
            Assert.That(login.Finish(altered), Is.Null);
        }
    }

    [Test]
    public async Task A_message_out_of_order_is_refused(CancellationToken token)
    {
        var sensor = new EsfahaniSensor("one");
        Refuses(() => sensor.FirstAsync(token).AsTask(), PartyRefusal.State);
        sensor = await RegisteredAsync(token);
        Refuses(() => sensor.SecondAsync(Convert.FromHexString(Second), token).AsTask(), PartyRefusal.State);
        await sensor.FirstAsync(token);
        await sensor.SecondAsync(Convert.FromHexString(Second), token);
        Refuses(() => sensor.SecondAsync(Convert.FromHexString(Second), token).AsTask(), PartyRefusal.State);
    }

    [TestCase("")]
    [TestCase("a name of more than thirty-two bytes")]
    [TestCase("a\0b")]
    public void A_name_that_is_no_identity_is_refused(string name) => Assert.That(() => EsfahaniFormulas.Identity(name), Throws.ArgumentException);

    [TestCase("a")]
    [TestCase("Fühler 7")]
    [TestCase("exactly-thirty-two-bytes-of-name")]
    public void A_name_comes_back_from_its_identity(string name) => Assert.That(EsfahaniFormulas.Client(EsfahaniFormulas.Identity(name)), Is.EqualTo(name));

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public async Task No_mutated_message_is_taken_and_none_throws_but_a_refusal(int count)
    {
        var (router, sensor) = (new EsfahaniRouter(Psk), await RegisteredAsync(CancellationToken.None));
        var (first, second) = (Convert.FromHexString(First), Convert.FromHexString(Second));
        foreach (var mutant in Mutations.Of([first, second], 17, count))
        {
            if (router.Take(mutant) is not null && !mutant.AsSpan().SequenceEqual(first))
            {
                Assert.Fail($"the router took {Convert.ToHexStringLower(mutant)}");
            }

            await sensor.FirstAsync(CancellationToken.None);
            try
            {
                await sensor.SecondAsync(mutant, CancellationToken.None);
                Assert.That(mutant, Is.EqualTo(second), "taken by the sensor");
            }
            catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.BadTag)
            {
            }
        }
    }

    private static void Refuses(Func<Task> call, PartyRefusal expected) => Assert.That(Assert.ThrowsAsync<PartyRefusedException>(() => call())!.Refusal, Is.EqualTo(expected));

    private static async Task<EsfahaniSensor> RegisteredAsync(CancellationToken token)
    {
        var sensor = new EsfahaniSensor("one") { Draw = () => [.. Enumerable.Repeat((byte)0x11, 32)] };
        await sensor.PutAsync(new EsfahaniCredentials("sensor-7", Convert.FromHexString(F2), Convert.FromHexString(F3)), token);
        return sensor;
    }

    private static IEnumerable<byte[]> Flipped(byte[] message) => Enumerable.Range(0, 8 * message.Length).Select(bit =>
    {
        var altered = (byte[])message.Clone();
        altered[bit / 8] ^= (byte)(1 << (bit % 8));
        return altered;
    });
}
