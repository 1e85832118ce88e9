using Harness.Adversary.Claims.DataIntegrity;

namespace Harness.Adversary.Tests.Claims.DataIntegrity;

/// <summary>The thousand changed messages.</summary>
public sealed class MutationsTests
{
    private static readonly byte[] Message = Bytes(1, 72);
    private static readonly byte[] Other = Bytes(2, 72);

    [TestCase(24)]
    [TestCase(40)]
    [TestCase(72)]
    [TestCase(1052)]
    public void There_are_exactly_a_thousand_all_different_and_none_is_genuine(int length)
    {
        var message = Bytes(3, length);
        var made = Mutations.Of(message, [Other], 5);
        Assert.That(made, Has.Count.EqualTo(1000));
        Assert.That(made.Select(m => Convert.ToHexString(m.Payload)).Distinct().Count(), Is.EqualTo(1000));
        Assert.That(made.Select(m => m.Payload), Has.None.EqualTo(message).And.None.EqualTo(Other));
    }

    [Test]
    public void Every_kind_is_there_two_hundred_times()
    {
        Assert.That(Mutations.Of(Message, [Other], 5).CountBy(m => m.Kind).Select(c => c.Value), Is.EqualTo(new[] { 200, 200, 200, 200, 200 }));
    }

    [Test]
    public void The_same_seed_makes_the_same_and_another_others()
    {
        var one = Mutations.Of(Message, [Other], 5).Select(m => m.Payload);
        Assert.That(Mutations.Of(Message, [Other], 5).Select(m => m.Payload), Is.EqualTo(one));
        Assert.That(Mutations.Of(Message, [Other], 6).Select(m => m.Payload), Is.Not.EqualTo(one));
    }

    [Test]
    public void Truncations_are_shorter_extensions_longer_and_flips_and_swaps_as_long()
    {
        foreach (var mutation in Mutations.Of(Message, [Other], 7))
        {
            Assert.That(mutation.Payload.Length, mutation.Kind switch
            {
                MutationKind.Flip or MutationKind.Swap => Is.EqualTo(72),
                MutationKind.Truncation => Is.LessThan(72),
                MutationKind.Extension => Is.GreaterThan(72),
                _ => Is.InRange(1, 144),
            }, mutation.Kind.ToString());
        }
    }

    [Test]
    public void A_splice_begins_with_one_message_and_ends_with_another()
    {
        foreach (var splice in Mutations.Of(Message, [Other], 7).Where(m => m.Kind == MutationKind.Splice && m.Payload.Length == 72))
        {
            var differs = Enumerable.Range(0, 72).Select(i => splice.Payload[i] == Message[i]).ToArray();
            Assert.That(differs.Zip(differs.Skip(1)).Count(pair => pair.First != pair.Second), Is.GreaterThan(0));
        }
    }

    [Test]
    public void Nothing_to_splice_with_is_refused()
    {
        Assert.That(() => Mutations.Of(Message, [], 1), Throws.ArgumentException);
        Assert.That(() => Mutations.Of(new byte[8], [Other], 1), Throws.ArgumentException);
    }

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
