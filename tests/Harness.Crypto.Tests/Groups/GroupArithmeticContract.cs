namespace Harness.Crypto.Tests.Groups;

/// <summary>Contract tests of <see cref="IGroupArithmetic"/>, for every group and back end.</summary>
[TestFixtureSource(nameof(All))]
public sealed class GroupArithmeticContract(string groupName, string backend)
{
    private readonly AugPakeGroup _group = AugPakeGroup.ByName(groupName);
    private IDisposable _use = null!;
    private IGroupArithmetic _arithmetic = null!;

    private static IEnumerable<TestFixtureData> All() =>
        from g in AugPakeGroup.All from b in GroupBackends.Names() select new TestFixtureData(g.Name, b);

    [SetUp]
    public void Use()
    {
        _use = CryptoBackend.Use(GroupBackends.ByName(backend));
        _arithmetic = _group.Arithmetic;
    }

    [TearDown]
    public void Restore() => _use.Dispose();

    [Test]
    public void The_chosen_back_end_does_the_work()
    {
        Assert.That(CryptoBackend.Current.Name, Is.EqualTo(backend));
        Assert.That(_arithmetic.GetType().FullName, Does.Contain(backend).IgnoreCase);
        Assert.That(_arithmetic.ElementLength, Is.EqualTo(_group.ElementLength));
    }

    [Test]
    public void Powers_of_the_generator_are_powers_of_g_to_the_one()
    {
        var g = Power(null, [1]);
        foreach (var exponent in Exponents())
        {
            Assert.That(Power(null, exponent), Is.EqualTo(Power(g, exponent)));
        }
    }

    [Test]
    public void A_product_of_powers_is_the_power_of_the_sum()
    {
        BigInteger a = 12345678901234567890, b = BigInteger.Pow(3, 150);
        Assert.That(Multiply(Power(null, Bytes(a)), Power(null, Bytes(b))), Is.EqualTo(Power(null, Bytes(a + b))));
    }

    [Test]
    public void An_element_times_itself_is_its_square()
    {
        var element = Power(null, Bytes(BigInteger.Pow(5, 100)));
        Assert.That(Multiply(element, element), Is.EqualTo(Power(element, [2])));
    }

    [Test]
    public void Powers_commute()
    {
        byte[] a = Bytes(BigInteger.Pow(7, 90)), b = Bytes(BigInteger.Pow(11, 70));
        Assert.That(Power(Power(null, a), b), Is.EqualTo(Power(Power(null, b), a)));
    }

    [Test]
    public void An_exponent_at_or_above_the_order_is_taken_modulo_the_order()
    {
        var q = new BigInteger(_group.Order, isUnsigned: true, isBigEndian: true);
        Assert.That(Power(null, Bytes(q + 5)), Is.EqualTo(Power(null, [5])));
        var element = Power(null, [9]);
        Assert.That(Power(element, Bytes(q + 5)), Is.EqualTo(Power(element, [5])));
    }

    [Test]
    public void Leading_zeros_of_an_exponent_change_nothing() =>
        Assert.That(Power(null, [0, 0, 0, 7]), Is.EqualTo(Power(null, [7])));

    [Test]
    public void The_identity_is_told_and_leaves_zeros()
    {
        var result = Enumerable.Repeat((byte)0xEE, _group.ElementLength).ToArray();
        Assert.That(_arithmetic.TryPowerOfGenerator(_group.Order, result), Is.False, "g^q");
        Assert.That(result, Is.All.Zero);
        var element = Power(null, [9]);
        Assert.That(_arithmetic.TryPower(element, _group.Order, result), Is.False, "element^q");
        Assert.That(_arithmetic.TryPower(element, [0], result), Is.False, "element^0");
        var minusOne = _group.Order.ToArray();
        MontgomeryField.SubtractSmall(minusOne, 1);
        Assert.That(_arithmetic.TryMultiply(element, Power(element, minusOne), result), Is.False, "element·element⁻¹");
        Assert.That(result, Is.All.Zero);
    }

    [Test]
    public void The_result_may_overwrite_its_input()
    {
        var element = Power(null, [9]);
        var expected = Power(element, [6]);
        Assert.That(_arithmetic.TryPower(element, [6], element), Is.True);
        Assert.That(element, Is.EqualTo(expected));
        var product = Multiply(element, element);
        Assert.That(_arithmetic.TryMultiply(element, element, element), Is.True);
        Assert.That(element, Is.EqualTo(product));
    }

    [Test]
    public void Every_back_end_gives_the_same_bytes()
    {
        var other = GroupBackends.Names().Select(GroupBackends.ByName).ToList();
        foreach (var exponent in Exponents())
        {
            var mine = Power(Power(null, [3]), exponent);
            foreach (var b in other)
            {
                using var use = CryptoBackend.Use(b);
                Assert.That(_group.Power(_group.PowerOfGenerator([3]), exponent), Is.EqualTo(mine), b.Name);
            }
        }
    }

    [Test]
    public void Many_threads_may_share_it()
    {
        var expected = Enumerable.Range(1, 8).Select(i => Power(null, [(byte)(i + 1), 77])).ToArray();
        Parallel.For(0, 64, i =>
        {
            var result = new byte[_group.ElementLength];
            _arithmetic.TryPowerOfGenerator([(byte)((i % 8) + 2), 77], result);
            Assert.That(result, Is.EqualTo(expected[i % 8]));
        });
    }

    private IEnumerable<byte[]> Exponents()
    {
        yield return [1];
        yield return [2];
        yield return [0xFF, 0xFF];
        var largest = _group.Order.ToArray();
        MontgomeryField.SubtractSmall(largest, 1);
        yield return largest;
        var random = new Random(42);
        for (var i = 0; i < 4; i++)
        {
            var exponent = new byte[32];
            random.NextBytes(exponent);
            yield return exponent;
        }
    }

    private static byte[] Bytes(BigInteger value) => value.ToByteArray(isUnsigned: true, isBigEndian: true);

    private byte[] Power(byte[]? element, ReadOnlySpan<byte> exponent)
    {
        var result = new byte[_group.ElementLength];
        Assert.That(
            element is null ? _arithmetic.TryPowerOfGenerator(exponent, result) : _arithmetic.TryPower(element, exponent, result), Is.True);
        Assert.That(_group.IsAcceptable(result), Is.True);
        return result;
    }

    private byte[] Multiply(byte[] a, byte[] b)
    {
        var result = new byte[_group.ElementLength];
        Assert.That(_arithmetic.TryMultiply(a, b, result), Is.True);
        return result;
    }
}
