using BcInteger = Org.BouncyCastle.Math.BigInteger;

namespace Harness.Crypto.Tests.Groups;

public sealed class AugPakeGroupTests
{
    /// <summary>The file that the group's generator wrote: q, s, p, g.</summary>
    private static readonly Lazy<Dictionary<string, BigInteger>> _file = new(() => File
        .ReadAllLines(VectorFile.PathOf("modp2048-q256.txt"))
        .Where(l => l.Contains('=', StringComparison.Ordinal))
        .Select(l => l.Split('='))
        .ToDictionary(p => p[0], p => BigInteger.Parse("0" + p[1], System.Globalization.NumberStyles.HexNumber)));

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Element(BigInteger value, int length = 256)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    [Test]
    public void The_modp_constants_are_those_of_the_generated_file()
    {
        var group = (ModpGroup)AugPakeGroup.Modp2048Q256;
        Assert.That(Number(group.Modulus), Is.EqualTo(_file.Value["p"]), "p");
        Assert.That(Number(group.Order), Is.EqualTo(_file.Value["q"]), "q");
        Assert.That(Number(group.Generator), Is.EqualTo(_file.Value["g"]), "g");
    }

    [Test]
    public void The_modp_group_is_a_secure_prime_group_with_a_generator_of_order_q()
    {
        var (p, q, s, g) = (_file.Value["p"], _file.Value["q"], _file.Value["s"], _file.Value["g"]);
        Assert.That(p, Is.EqualTo((2 * q * s) + 1), "p = 2qs + 1");
        Assert.That(new[] { p.GetBitLength(), q.GetBitLength(), s.GetBitLength() }, Is.EqualTo(new long[] { 2048, 256, 1791 }), "sizes");
        foreach (var (name, value) in new[] { ("p", p), ("q", q), ("s", s) })
        {
            Assert.That(new BcInteger(value.ToString(System.Globalization.CultureInfo.InvariantCulture)).IsProbablePrime(60), Is.True, $"{name} is prime");
        }

        Assert.That(g, Is.EqualTo(BigInteger.ModPow(2, (p - 1) / q, p)), "g = 2^((p-1)/q)");
        Assert.That(g, Is.Not.EqualTo(BigInteger.One));
        Assert.That(BigInteger.ModPow(g, q, p), Is.EqualTo(BigInteger.One), "g^q = 1");
    }

    [Test]
    public void Modp_elements_from_two_to_p_minus_two_are_accepted_and_their_neighbours_refused()
    {
        var group = AugPakeGroup.Modp2048Q256;
        var p = _file.Value["p"];
        foreach (var good in new[] { 2, 255, 256, p - 2 })
        {
            Assert.That(group.IsAcceptable(Element(good)), Is.True, $"{good}");
        }

        foreach (var bad in new[] { 0, 1, p - 1, p, p + 1, p + 2, (BigInteger.One << 2048) - 1 })
        {
            Assert.That(group.IsAcceptable(Element(bad)), Is.False, $"{bad}");
        }

        Assert.That(group.IsAcceptable(Element(2, 255)), Is.False, "255 bytes");
        Assert.That(group.IsAcceptable(Element(2, 257)), Is.False, "257 bytes");
    }

    [TestCase(0x00)]
    [TestCase(0x02)]
    [TestCase(0x03)]
    [TestCase(0x05)]
    [TestCase(0x06)]
    [TestCase(0x07)]
    public void A_point_with_another_first_byte_is_refused(byte first)
    {
        var point = AugPakeGroup.P256.PowerOfGenerator([42]);
        Assert.That(AugPakeGroup.P256.IsAcceptable(point), Is.True);
        point[0] = first;
        Assert.That(AugPakeGroup.P256.IsAcceptable(point), Is.False);
    }

    [Test]
    public void A_point_whose_coordinates_are_swapped_or_changed_is_refused()
    {
        var point = AugPakeGroup.P256.PowerOfGenerator([42]);
        Assert.That(AugPakeGroup.P256.IsAcceptable([4, .. point[33..], .. point[1..33]]), Is.False, "swapped");
        for (var bit = 0; bit < 512; bit += 37)
        {
            byte[] changed = [.. point];
            changed[1 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Assert.That(AugPakeGroup.P256.IsAcceptable(changed), Is.False, $"bit {bit}");
        }
    }

    [Test]
    public void A_coordinate_not_below_p_is_refused_though_its_residue_is_on_the_curve()
    {
        // x = 5 is on the curve (SEC 2 b): then x + p still fits 32 bytes and must not pass.
        var p = Number(Convert.FromHexString("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"));
        var b = Number(Convert.FromHexString("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"));
        BigInteger x = 5;
        var y = BigInteger.ModPow((x * x * x) - (3 * x) + b, (p + 1) / 4, p);
        Assert.That(AugPakeGroup.P256.IsAcceptable([4, .. Element(x, 32), .. Element(y, 32)]), Is.True, "x itself");
        Assert.That(AugPakeGroup.P256.IsAcceptable([4, .. Element(x + p, 32), .. Element(y, 32)]), Is.False, "x + p");
    }

    // Found by mutating the firmware's range checks: points with a coordinate so small that adding p still fits 32 bytes. Only the
    // range tells them apart, in either coordinate; arithmetic modulo p does not.
    [TestCase("d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7", "0000000000000000000000000000000000000000000000000000000000000005")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000", "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4")]
    public void A_small_coordinate_is_accepted_and_the_same_plus_p_refused(string x, string y)
    {
        var p = Number(AugPakeGroup.P256.Prime);
        byte[][] coordinates = [Convert.FromHexString(x), Convert.FromHexString(y)];
        Assert.That(AugPakeGroup.P256.IsAcceptable([4, .. coordinates[0], .. coordinates[1]]), Is.True, "the point itself");
        var raised = 0;
        for (var i = 0; i < 2; i++)
        {
            var value = Number(coordinates[i]) + p;
            if (value.GetBitLength() <= 256)
            {
                byte[][] changed = [.. coordinates];
                changed[i] = Element(value, 32);
                Assert.That(AugPakeGroup.P256.IsAcceptable([4, .. changed[0], .. changed[1]]), Is.False, i == 0 ? "x + p" : "y + p");
                raised++;
            }
        }

        Assert.That(raised, Is.EqualTo(1), "one coordinate leaves room for p");
    }

    [Test]
    public void The_safe_prime_is_that_of_RFC_3526_section_3_and_two_has_order_q()
    {
        var group = (ModpGroup)AugPakeGroup.Rfc3526Group14;
        var (p, q) = (Number(group.Modulus), Number(group.Order));
        Assert.That(
            p,
            Is.EqualTo((BigInteger.One << 2048) - (BigInteger.One << 1984) - 1 + ((Pi(1918) + 124476) << 64)),
            "2^2048 - 2^1984 - 1 + 2^64·([2^1918 π] + 124476)");
        Assert.That(p, Is.EqualTo((2 * q) + 1), "p = 2q + 1");
        foreach (var value in new[] { p, q })
        {
            Assert.That(new BcInteger(value.ToString(System.Globalization.CultureInfo.InvariantCulture)).IsProbablePrime(60), Is.True);
        }

        Assert.That(Number(group.Generator), Is.EqualTo((BigInteger)2));
        Assert.That(BigInteger.ModPow(2, q, p), Is.EqualTo(BigInteger.One), "2^q = 1");
    }

    [Test]
    public void Scalars_of_the_safe_prime_are_drawn_from_256_bits_of_2047()
    {
        var group = AugPakeGroup.Rfc3526Group14;
        Assert.That(group.ScalarLength, Is.EqualTo(256));
        var drawn = Enumerable.Range(0, 200).Select(_ => group.DrawScalar()).ToList();
        Assert.That(drawn, Has.All.Matches<byte[]>(s => group.IsEphemeral(s)));
        Assert.That(drawn, Has.All.Matches<byte[]>(s => s.Length == 256 && s.AsSpan(0, 224).IndexOfAnyExcept((byte)0) < 0));
        Assert.That(drawn.Select(s => s[224] >> 6), Is.SupersetOf(new[] { 0, 1, 2, 3 }), "all of the range is reached");
        Assert.That(drawn.Select(Convert.ToHexString), Is.Unique);
        var bound = new byte[256];
        bound[223] = 1;
        Assert.That(group.IsEphemeral(bound), Is.False, "2^256");
        Assert.That(group.IsScalar(bound), Is.True, "2^256 is a scalar all the same");
        MontgomeryField.SubtractSmall(bound, 1);
        Assert.That(group.IsEphemeral(bound), Is.True, "2^256 - 1");
        Assert.That(group.Known([7])![^1], Is.EqualTo(7), "a given one is padded");
        Assert.That(group.Known(new byte[257]), Is.Null);
    }

    [Test]
    public void Every_back_end_inverts_scalars_alike([ValueSource(nameof(GroupNames))] string name)
    {
        var group = AugPakeGroup.ByName(name);
        var q = Number(group.Order);
        foreach (var backend in CryptoBackend.Available)
        {
            using var use = CryptoBackend.Use(backend);
            foreach (var value in new[] { 1, 2, BigInteger.Pow(3, 150) % q, q / 2, q - 1 })
            {
                var inverse = Element(value, group.ScalarLength);
                group.InvertScalar(inverse, inverse);
                Assert.That(Number(inverse) * value % q, Is.EqualTo(BigInteger.One), $"{backend.Name}, {value}");
            }
        }
    }

    [Test]
    public void A_scalar_is_at_least_one_and_below_the_order([ValueSource(nameof(GroupNames))] string name)
    {
        var group = AugPakeGroup.ByName(name);
        var (q, length) = (Number(group.Order), group.ScalarLength);
        foreach (var good in new[] { 1, 256, q / 3, q - 1 })
        {
            Assert.That(group.IsScalar(Element(good, length)), Is.True, $"{good}");
        }

        foreach (var bad in new[] { 0, q, q + 1, (BigInteger.One << (8 * length)) - 1 })
        {
            Assert.That(group.IsScalar(Element(bad, length)), Is.False, $"{bad}");
        }

        Assert.That(group.IsScalar(Element(1, length - 1)), Is.False, "short");
        Assert.That(group.IsScalar(Element(1, length + 1)), Is.False, "long");
    }

    private static IEnumerable<string> GroupNames() => AugPakeGroup.All.Select(g => g.Name);

    /// <summary>Computes [2^bits π] by Machin's formula, π = 16 arctan(1/5) - 4 arctan(1/239), with 64 spare bits.</summary>
    private static BigInteger Pi(int bits)
    {
        BigInteger ArcTangentOfInverse(int x)
        {
            var power = (BigInteger.One << (bits + 64)) / x;
            var sum = power;
            for (var n = 3; !power.IsZero; n += 2)
            {
                power /= -x * x;
                sum += power / n;
            }

            return sum;
        }

        return ((16 * ArcTangentOfInverse(5)) - (4 * ArcTangentOfInverse(239))) >> 64;
    }

    [TestCase("modp2048-q256")]
    [TestCase("p256")]
    public void Drawn_scalars_are_in_range_and_differ(string name)
    {
        var group = AugPakeGroup.ByName(name);
        var drawn = Enumerable.Range(0, 200).Select(_ => group.DrawScalar()).ToList();
        Assert.That(drawn, Has.All.Matches<byte[]>(s => group.IsEphemeral(s)));
        Assert.That(drawn.Select(Convert.ToHexString), Is.Unique);
        Assert.That(drawn.Select(s => s[0] >> 6), Is.SupersetOf(new[] { 0, 1, 2, 3 }), "all of the range is reached");
    }

    [TestCase("modp2048-q256")]
    [TestCase("p256")]
    public void Zero_and_the_order_are_no_scalars(string name)
    {
        var group = AugPakeGroup.ByName(name);
        var scalar = group.Order.ToArray();
        Assert.That(group.IsEphemeral(scalar), Is.False, "q");
        MontgomeryField.SubtractSmall(scalar, 1);
        Assert.That(group.IsEphemeral(scalar), Is.True, "q-1");
        Assert.That(group.IsEphemeral(new byte[scalar.Length]), Is.False, "0");
        Assert.That(group.IsEphemeral([1]), Is.False, "short");
        Assert.That(group.Known([1]), Is.EqualTo((byte[])[.. new byte[31], 1]), "a given one is padded");
        Assert.That(group.Known([0, .. scalar]), Is.Null, "long");
        Assert.That(group.Known([0]), Is.Null, "0");
    }

    [Test]
    public void Bad_arguments_are_refused_before_any_library_sees_them()
    {
        var group = AugPakeGroup.P256;
        var point = group.PowerOfGenerator([3]);
        Assert.That(() => group.PowerOfGenerator([]), Throws.ArgumentException);
        Assert.That(() => group.PowerOfGenerator(new byte[33]), Throws.ArgumentException);
        Assert.That(() => group.Power(new byte[65], [1]), Throws.ArgumentException);
        Assert.That(() => group.Multiply(point, point[..64]), Throws.ArgumentException);
        Assert.That(() => group.PowerOfGenerator([0]), Throws.TypeOf<AugPakeException>()
            .With.Property(nameof(AugPakeException.Failure)).EqualTo(AugPakeFailure.IdentityElement));
    }

    [Test]
    public void An_unknown_group_is_an_error_that_lists_the_known_ones() =>
        Assert.That(() => AugPakeGroup.ByName("P256"), Throws.ArgumentException.With.Message.Contains("modp2048-q256, p256, rfc3526-14"));
}
