namespace Harness.Schemes.Tests.Hardened;

/// <summary>Every parser of the scheme under mutated messages: a typed result for any input, and nothing forged is taken.</summary>
public sealed class HardenedMutationTests
{
    private static readonly byte[] _run = [1, 2, 3, 4, 5, 6, 7, 8];

    private static IEnumerable<TestCaseData> Sizes =>
        [new TestCaseData(3_000), new TestCaseData(1_000_000) { Properties = { ["Category"] = { "Long" } } }];

    private static byte[][] Bodies =>
    [
        PairMessage.Ask.Encode(), new PairMessage(PairMessageKind.Start, _run, "AUGPAKE-FRAMED-P256", 0, AugPakeGroup.P256.PowerOfGenerator([5])).Encode(),
        PairMessage.OfRun(PairMessageKind.Answer, _run, AugPakeGroup.P256.PowerOfGenerator([7])).Encode(),
        PairMessage.OfRun(PairMessageKind.Proof, _run, new byte[32]).Encode(), PairMessage.OfRun(PairMessageKind.Done, _run, new byte[32]).Encode(),
        PairMessage.Failed(_run, PairFailure.Limit).Encode(), new PairMessage(PairMessageKind.Epoch, default, "é/ü", 3, new byte[40]).Encode(),
    ];

    [TestCaseSource(nameof(Sizes))]
    public void Pair_messages(int count) =>
        Mutations.Check(Bodies, 11, count, bytes => PairMessage.TryDecode(bytes, out var message) ? message.Encode() : null);

    [TestCaseSource(nameof(Sizes))]
    public void Messages_on_a_pair_topic(int count)
    {
        using var device = new PairChannel(HardenedCipher.PresentEax, new byte[32], "dev", isBroker: false);
        using var broker = new PairChannel(HardenedCipher.PresentEax, new byte[32], "dev", isBroker: true);
        byte[][] corpus = [.. Bodies.Select(b => device.Seal("peer", b)), broker.Seal("peer", Bodies[0])];
        var sent = corpus.Select(Convert.ToHexString).ToHashSet();
        foreach (var bytes in Mutations.Of(corpus, 12, count))
        {
            var result = broker.Open(bytes, out _, out _);
            Assert.That(sent.Contains(Convert.ToHexString(bytes)) || result == HardenedResult.BadTag, Is.True, Convert.ToHexString(bytes));
        }
    }

    [TestCaseSource(nameof(Sizes))]
    public void Messages_and_keys_of_epochs(int count)
    {
        foreach (var cipher in HardenedCipher.All)
        {
            using var keys = new EpochKeys(1, new byte[16], 2, 0);
            using var sealer = new MessageSealer(cipher, keys, "pub", "t");
            using var opener = new MessageOpener(cipher, keys, "pub", "t");
            byte[][] corpus = [.. Enumerable.Range(0, 5).Select(i => sealer.Seal(new byte[5 * i]).Payload)];
            var sent = corpus.Select(Convert.ToHexString).ToHashSet();
            foreach (var bytes in Mutations.Of(corpus, 13, count / 2))
            {
                var result = opener.Open(bytes, out _);
                Assert.That(sent.Contains(Convert.ToHexString(bytes)) || result == HardenedResult.BadTag, Is.True, Convert.ToHexString(bytes));
            }

            corpus = [.. Enumerable.Range(1, 3).Select(i => keys.Seal(cipher, new byte[32], "t", (ulong)i, 0).Encode())];
            sent = corpus.Select(Convert.ToHexString).ToHashSet();
            foreach (var bytes in Mutations.Of(corpus, 14, count < 100_000 ? count / 20 : count / 2))
            {
                using var opened = PairMessage.TryDecode(bytes, out var message) ? EpochKeys.Open(cipher, new byte[32], message) : null;
                Assert.That(opened is null || sent.Contains(Convert.ToHexString(bytes)), Is.True, Convert.ToHexString(bytes));
            }
        }
    }

    [TestCaseSource(nameof(Sizes))]
    public void Bodies_that_reach_publisher_and_subscriber(int count)
    {
        using var world = new PairWorld(HardenedCipher.PresentEax, 1);
        var bodies = new List<byte[]>();
        world.Passes = (_, _, body) =>
        {
            bodies.Add(body);
            return true;
        };
        world.LogInAll();
        world.Passes = null;
        var (key, epoch) = (world.First.PairFingerprint, world.First.Epoch);
        foreach (var bytes in Mutations.Of([.. bodies], 15, count / 20))
        {
            world.Publisher.Take("sub1", bytes, world.Now);
            world.Publisher.Take("stranger", bytes, world.Now);
            world.First.Take(bytes, world.Now);
        }

        Assert.That((world.First.PairFingerprint, world.First.Epoch), Is.EqualTo((key, epoch)), "no mutant made a key or an epoch");
    }
}
