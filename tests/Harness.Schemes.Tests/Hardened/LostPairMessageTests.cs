namespace Harness.Schemes.Tests.Hardened;

/// <summary>Pair runs of which a message is lost, since who should receive it is away: the next epoch, or login, makes up for it.</summary>
[TestFixture("present128-eax")]
[TestFixture("ascon-aead128")]
public sealed class LostPairMessageTests(string cipher)
{
    private static readonly byte[] _reading = "21.5"u8.ToArray();
    private readonly HardenedCipher _cipher = HardenedCipher.ByName(cipher);

    [TestCase(false)]
    [TestCase(true)]
    public void A_lost_last_message_of_a_run_is_made_up_by_another_run_at_the_next_epoch(bool hasKeyOfAnEarlierRun)
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInPublisher();
        if (hasKeyOfAnEarlierRun)
        {
            world.LogIn("sub1");
        }

        var earlier = world.First.PairFingerprint;
        world.Passes = (_, _, body) => body[0] != (byte)PairMessageKind.Done;
        world.LogIn("sub1");
        world.Passes = null;
        Assert.That(world.First.PairFingerprint, Is.EqualTo(earlier), "the run never ended for it");
        world.Elapse(HardenedPublisher.Gathering); // an epoch under the key that only the publisher has
        Assert.That(world.First.PairFingerprint, Is.Not.Null.And.Not.EqualTo(earlier));
        ReadsAfterTheNextEpoch(world);
    }

    [TestCase(PairMessageKind.Start)]
    [TestCase(PairMessageKind.Answer)]
    [TestCase(PairMessageKind.Proof)]
    [TestCase(PairMessageKind.Done)]
    public void A_subscriber_that_lost_power_and_came_back_while_its_publisher_was_away_reads_once_the_publisher_is_back(PairMessageKind lost)
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        world.PowerCycle("sub1");
        world.Passes = (_, _, body) => body[0] != (byte)lost;
        world.LogIn("sub1");
        world.Passes = null;
        Assert.That((world.First.PairFingerprint, world.Publisher.Paired), Is.EqualTo(((string?)null, new[] { "sub1" })), "the publisher alone has a key");
        world.LogInPublisher();
        ReadsAfterTheNextEpoch(world);
        Assert.That((world.First.Limit.Failures, world.Publisher.LimitOf("sub1")!.Failures), Is.EqualTo((lost is PairMessageKind.Proof or PairMessageKind.Done ? 1 : 0, 0)));
    }

    [Test]
    public void A_start_that_is_said_again_while_its_answer_is_on_its_way_disturbs_nothing()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        world.PowerCycle("sub1");
        world.Connect("sub1");
        var start = world.First.LoggedIn();
        var answer = world.Publisher.Take("sub1", world.Carry("sub1", "pub", start)!, world.Now);
        var epoch = world.Publisher.BeginEpoch();
        var again = world.First.Take(world.Carry("pub", "sub1", epoch.Single().Body)!, world.Now);
        Assert.That((again.Result, again.Reply), Is.EqualTo((HardenedResult.NoKey, start)), "byte for byte");
        Assert.That(world.Publisher.Take("sub1", world.Carry("sub1", "pub", again.Reply!)!, world.Now), Is.Empty);
        world.Send(answer);
        Assert.That(world.First.PairFingerprint, Is.Not.Null);
        Assert.That((world.First.Limit.Failures, world.Publisher.LimitOf("sub1")!.Failures), Is.EqualTo((0, 0)), "nothing was taken for a guess");
        ReadsAfterTheNextEpoch(world);
    }

    [Test]
    public void An_answer_that_was_lost_comes_anew_when_its_start_is_said_again_a_second_time()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        world.PowerCycle("sub1");
        world.Passes = (_, _, body) => body[0] != (byte)PairMessageKind.Answer;
        world.LogIn("sub1");
        world.Passes = null;
        world.Send(world.Publisher.BeginEpoch());
        Assert.That(world.First.PairFingerprint, Is.Null, "the first might have crossed its answer");
        world.Send(world.Publisher.BeginEpoch());
        Assert.That(world.First.PairFingerprint, Is.Not.Null);
        ReadsAfterTheNextEpoch(world);
    }

    [Test]
    public void A_publisher_that_authenticates_again_on_its_connection_lets_a_run_under_way_end()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInPublisher();
        byte[]? proof = null;
        world.Passes = (_, _, body) => (proof = body[0] == (byte)PairMessageKind.Proof ? body : null) is null;
        world.LogIn("sub1");
        world.Passes = null;
        world.Authenticate("pub");
        world.Publisher.LoggedIn(); // and what it says is behind the proof
        world.Send("sub1", "pub", proof!);
        Assert.That(world.First.PairFingerprint, Is.Not.Null);
        Assert.That((world.First.Limit.Failures, world.Publisher.LimitOf("sub1")!.Failures), Is.EqualTo((0, 0)));
        ReadsAfterTheNextEpoch(world);
    }

    private static void ReadsAfterTheNextEpoch(PairWorld world)
    {
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
    }
}
