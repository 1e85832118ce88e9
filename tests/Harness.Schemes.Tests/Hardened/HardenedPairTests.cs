namespace Harness.Schemes.Tests.Hardened;

/// <summary>Publisher, subscribers and router together, under both ciphers.</summary>
[TestFixture("present128-eax")]
[TestFixture("ascon-aead128")]
public sealed class HardenedPairTests(string cipher)
{
    private static readonly byte[] _reading = Encoding.ASCII.GetBytes("21.50 C  41 %");
    private readonly HardenedCipher _cipher = HardenedCipher.ByName(cipher);

    [Test]
    public void A_reading_reaches_every_subscriber()
    {
        using var world = new PairWorld(_cipher, 3);
        world.LogInAll();
        var message = world.Publisher.Seal(_reading);
        foreach (var name in world.Names)
        {
            Assert.That(world.Open(name, message), Is.EqualTo((HardenedResult.Opened, _reading)), name);
            Assert.That(world.Open(name, message).Result, Is.EqualTo(HardenedResult.Replay), name);
        }
    }

    [Test]
    public void The_order_of_logins_does_not_matter()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogIn("sub1");
        world.LogInPublisher();
        world.LogIn("sub2");
        world.Elapse(HardenedPublisher.Gathering);
        var message = world.Publisher.Seal(_reading);
        Assert.That(world.Open("sub1", message).Result, Is.EqualTo(HardenedResult.Opened), "the publisher asked it");
        Assert.That(world.Open("sub2", message).Result, Is.EqualTo(HardenedResult.Opened));
    }

    [Test]
    public void Joins_within_two_seconds_share_an_epoch_and_a_later_one_begins_its_own()
    {
        using var world = new PairWorld(_cipher, 3);
        world.LogInPublisher();
        var before = world.Publisher.Epoch;
        world.LogIn("sub1");
        world.Elapse(TimeSpan.FromSeconds(1.9));
        world.LogIn("sub2");
        Assert.That(world.Publisher.Epoch, Is.EqualTo(before), "not yet");
        world.Elapse(TimeSpan.FromSeconds(0.1));
        Assert.That(world.Publisher.Epoch, Is.EqualTo(before + 1));
        Assert.That((world.First.Epoch, world.Subscribers["sub2"].Epoch), Is.EqualTo((before + 1, before + 1)));
        world.LogIn("sub3");
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.Names.Select(n => world.Subscribers[n].Epoch), Is.All.EqualTo(before + 2));
    }

    [Test]
    public void A_late_joiner_opens_nothing_recorded_before_it_joined()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogInPublisher();
        world.LogIn("sub1");
        world.Elapse(HardenedPublisher.Gathering);
        var recorded = world.Publisher.Seal(_reading);
        world.LogIn("sub2");
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.Open("sub1", recorded).Result, Is.EqualTo(HardenedResult.Opened), "under way when the epoch ended");
        Assert.That(world.Open("sub2", recorded).Result, Is.EqualTo(HardenedResult.NoKey));
        var now = world.Publisher.Seal(_reading);
        Assert.That(world.Open("sub2", now with { Payload = recorded.Payload }).Result, Is.EqualTo(HardenedResult.BadTag), "moved to its own topic");
        Assert.That(world.Open("sub2", now).Result, Is.EqualTo(HardenedResult.Opened));
    }

    [Test]
    public void A_revoked_reader_opens_nothing_of_the_next_epoch()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogInAll();
        Assert.That(world.Open("sub2", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
        world.Send(world.Publisher.Revoke("sub2"));
        var message = world.Publisher.Seal(_reading);
        Assert.That(world.Open("sub1", message).Result, Is.EqualTo(HardenedResult.Opened));
        Assert.That(world.Open("sub2", message).Result, Is.EqualTo(HardenedResult.NoKey));
        world.LogIn("sub2");
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.Open("sub2", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.NoKey), "nor by logging in again");
    }

    [Test]
    public void After_a_power_cycle_of_the_publisher_there_is_a_new_epoch_and_nothing_old_is_taken()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        var old = world.Publisher.Seal(_reading);
        var epoch = world.First.Epoch!.Value;
        world.PowerCyclePublisher(PairWorld.Seeded(world.Memory.Epoch!.Value));
        Assert.That(Assert.Throws<PartyRefusedException>(() => world.Publisher.Seal(_reading))!.Refusal, Is.EqualTo(PartyRefusal.NoKey));
        world.LogInPublisher();
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.First.Epoch, Is.GreaterThan(epoch));
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
        world.First.ForgetPrevious();
        Assert.That(world.Open("sub1", old).Result, Is.EqualTo(HardenedResult.NoKey), "held back by the broker until then");
        Assert.That(
            world.Open("sub1", world.Publisher.Seal(_reading) with { Payload = old.Payload }).Result, Is.EqualTo(HardenedResult.BadTag), "on the new topic");
    }

    [Test]
    public void After_a_power_cycle_of_a_subscriber_there_is_a_new_epoch_and_nothing_old_is_taken()
    {
        using var world = new PairWorld(_cipher, 1);
        var recorded = new List<byte[]>();
        world.Passes = (from, _, body) =>
        {
            if (from == "pub")
            {
                recorded.Add(body);
            }

            return true;
        };
        world.LogInAll();
        var (old, epoch) = (world.Publisher.Seal(_reading), world.First.Epoch);
        world.PowerCycle("sub1");
        foreach (var body in recorded)
        {
            world.First.Take(body, world.Now);
        }

        Assert.That(world.First.Epoch, Is.Null, "nothing replayed is taken");
        world.LogIn("sub1");
        world.Elapse(HardenedPublisher.Gathering);
        Assert.That(world.First.Epoch, Is.EqualTo(epoch + 1));
        Assert.That(world.Open("sub1", old).Result, Is.EqualTo(HardenedResult.NoKey));
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
        foreach (var body in recorded)
        {
            Assert.That(world.First.Take(body, world.Now).NewTopic, Is.Null, "nor later");
        }
    }

    [Test]
    public void A_publisher_without_memory_refuses_until_it_is_told_its_epoch_and_takes_no_lower_one()
    {
        using var world = new PairWorld(_cipher, 1);
        world.PowerCyclePublisher(new HardenedMemory());
        Assert.That(Assert.Throws<PartyRefusedException>(world.LogInPublisher)!.Code, Is.EqualTo("NO-SEED"));
        Assert.That(Assert.Throws<PartyRefusedException>(() => world.Memory.TakeAttempt())!.Code, Is.EqualTo("NO-SEED"));
        world.Memory.Provision(5, 9);
        Assert.That(() => world.Memory.Provision(4, 9), Throws.InstanceOf<PartyRefusedException>());
        Assert.That(() => world.Memory.Provision(5, 8), Throws.InstanceOf<PartyRefusedException>());
        world.LogInPublisher();
        Assert.That((world.Publisher.Epoch, world.Memory.TakeAttempt(), world.Memory.TakeAttempt()), Is.EqualTo((9u, 5UL, 6UL)));
    }

    [Test]
    public void A_lost_epoch_leaves_a_reader_without_messages_until_the_next_one_which_tells_what_it_missed()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogInAll();
        Open(world, "sub1", 2);
        world.Passes = (_, to, body) => to != "sub1" || body[0] != (byte)PairMessageKind.Epoch;
        world.Send(world.Publisher.BeginEpoch());
        for (var i = 0; i < 3; i++)
        {
            var message = world.Publisher.Seal(_reading);
            Assert.That(world.Open("sub1", message).Result, Is.EqualTo(HardenedResult.NoKey));
            Assert.That(world.Open("sub2", message).Result, Is.EqualTo(HardenedResult.Opened));
        }

        world.Passes = null;
        world.Send(world.Publisher.BeginEpoch());
        Assert.That(world.First.Missing, Is.EqualTo(3));
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
    }

    [Test]
    public void Epochs_that_come_in_another_order_do_not_go_back()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        var held = new List<byte[]>();
        world.Passes = (_, _, body) =>
        {
            held.Add(body);
            return false;
        };
        world.Send(world.Publisher.BeginEpoch());
        world.Send(world.Publisher.BeginEpoch());
        world.Passes = null;
        Assert.That(world.First.Take(held[1], world.Now).Result, Is.EqualTo(HardenedResult.Opened));
        Assert.That(world.First.Take(held[0], world.Now).Result, Is.EqualTo(HardenedResult.Replay));
        Assert.That(world.First.Epoch, Is.EqualTo(world.Publisher.Epoch));
    }

    [Test]
    public void Withheld_and_divided_messages_leave_a_gap_that_each_reader_sees()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogInAll();
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
        Assert.That(world.Open("sub2", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
        var both = world.Publisher.Seal(_reading);
        foreach (var name in world.Names)
        {
            Assert.That(world.Open(name, both).Result, Is.EqualTo(HardenedResult.Opened));
            Assert.That(world.Subscribers[name].Missing, Is.EqualTo(1), name);
        }

        world.Publisher.Seal(_reading);
        world.Send(world.Publisher.BeginEpoch());
        Assert.That(world.Names.Select(n => world.Subscribers[n].Missing), Is.All.EqualTo(2), "the next epoch tells of the last message too");
    }

    [Test]
    public void A_spent_key_is_refused_and_a_new_epoch_goes_on()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInAll();
        var big = new byte[1 << 20];
        for (var i = 0; i < 3; i++)
        {
            world.Publisher.Seal(big);
        }

        Assert.That(Assert.Throws<PartyRefusedException>(() => world.Publisher.Seal(big))!.Code, Is.EqualTo("SPENT"));
        world.Send(world.Publisher.BeginEpoch());
        Assert.That(world.Open("sub1", world.Publisher.Seal(_reading)).Result, Is.EqualTo(HardenedResult.Opened));
    }

    [Test]
    public void A_counter_at_its_end_is_refused_once_it_was_used()
    {
        using var keys = new EpochKeys(1, new byte[16], 2, ulong.MaxValue);
        using var sealer = new MessageSealer(_cipher, keys, "pub", "t");
        using var opener = new MessageOpener(_cipher, keys, "pub", "t");
        Assert.That(opener.Open(sealer.Seal(_reading).Payload, out _), Is.EqualTo(HardenedResult.Opened));
        Assert.That(Assert.Throws<PartyRefusedException>(() => sealer.Seal(_reading))!.Code, Is.EqualTo("SPENT"));
        Assert.That(opener.Window.Missing, Is.Zero);
    }

    [Test]
    public void An_insider_forges_the_publisher_without_signatures_and_not_with_them()
    {
        foreach (var signed in new[] { false, true })
        {
            using var world = new PairWorld(_cipher, 2, signed);
            EpochKeys? known = null;
            world.LogInAll();
            var genuine = world.Publisher.Seal(_reading);
            Assert.That(world.Open("sub1", genuine), Is.EqualTo((HardenedResult.Opened, _reading)));

            // A reader holds TK: here it is told the keys as they are told to every reader.
            known = new EpochKeys(77, [.. Enumerable.Range(0, 16).Select(i => (byte)i)], HardenedKeys.Sender("pub"), 0);
            using var forger = new MessageSealer(_cipher, known, "pub", PairWorld.Topic, signed ? [.. new byte[31], 9] : null);
            using var victim = new MessageOpener(
                _cipher, known, "pub", PairWorld.Topic, signed ? Harness.Crypto.Ecdsa.EcdsaP256.PublicKey(PairWorld.SigningKey) : null);
            Assert.That(victim.Open(forger.Seal(_reading).Payload, out _), Is.EqualTo(signed ? HardenedResult.BadSignature : HardenedResult.Opened));
            using var unsigned = new MessageSealer(_cipher, known, "pub", PairWorld.Topic);
            unsigned.Seal([]);
            Assert.That(victim.Open(unsigned.Seal(new byte[100]).Payload, out _), Is.EqualTo(signed ? HardenedResult.BadSignature : HardenedResult.Opened));
            Assert.That(victim.Window.Taken, Is.EqualTo(signed ? 0 : 2), "a forgery takes no genuine message's counter");
            known.Dispose();
        }
    }

    [Test]
    public void A_wrong_pair_password_gives_no_key_and_ten_a_day_end_the_tries()
    {
        using var world = new PairWorld(_cipher, 1);
        world.LogInPublisher();
        var right = world.First;
        world.Subscribers["sub1"] = world.MakeSubscriber("sub1", "another one");
        world.Connect("sub1");
        for (var i = 0; i < 12; i++)
        {
            world.Send("sub1", "pub", world.First.LoggedIn());
        }

        Assert.That((world.First.PairFingerprint, world.Publisher.Paired), Is.EqualTo(((string?)null, Array.Empty<string>())));
        Assert.That((world.First.Limit.Failures, world.Publisher.LimitOf("sub1")!.Failures), Is.EqualTo((10, 10)));
        world.Subscribers["sub1"].Dispose();
        world.Subscribers["sub1"] = right;
        world.LogIn("sub1");
        Assert.That(world.First.PairFingerprint, Is.Null, "the right one neither, that day");
        world.Now += TimeSpan.FromDays(1);
        world.LogIn("sub1");
        Assert.That(world.First.PairFingerprint, Is.Not.Null);
        Assert.That(world.Publisher.LimitOf("sub1")!.Failures, Is.EqualTo(10), "a success resets nothing");
    }

    [Test]
    public void A_broker_that_answers_in_the_publishers_place_gets_no_key()
    {
        using var world = new PairWorld(_cipher, 1);
        world.Connect("pub");
        world.Connect("sub1");
        var start = world.First.LoggedIn();
        Assert.That(PairMessage.TryDecode(start, out var message), Is.True);
        var wrong = Harness.Crypto.AugPake.Verifier.ComputeW(
            Harness.Crypto.Groups.AugPakeGroup.P256, Harness.Crypto.AugPake.AugPakeProfile.Framed, "sub1", "pub", "a guess", HardenedPublisher.RunField);
        using var rogue = new HardenedPublisher(
            _cipher, "pub", PairWorld.Topic, PairWorld.Seeded(), [new PairAccount("sub1", Harness.Crypto.Groups.AugPakeGroup.P256, wrong)]);
        var answer = rogue.Take("sub1", start, world.Now);
        var proof = world.First.Take(answer[0].Body, world.Now).Reply!;
        var end = rogue.Take("sub1", proof, world.Now);
        Assert.That(end[0].Body, Is.EqualTo(PairMessage.Failed(message!.Run, PairFailure.WrongProof).Encode()));
        world.First.Take(end[0].Body, world.Now);
        Assert.That((world.First.PairFingerprint, world.First.Limit.Failures), Is.EqualTo(((string?)null, 1)), "the guess is counted");
    }

    [Test]
    public void The_broker_carries_nothing_between_clients_that_are_no_pair()
    {
        using var world = new PairWorld(_cipher, 2);
        world.LogInAll();
        Assert.That(world.Carry("sub1", "sub2", PairMessage.Ask.Encode()), Is.Null);
        Assert.That(world.Carry("sub1", "sub1", PairMessage.Ask.Encode()), Is.Null);
        Assert.That(world.Carry("sub1", "pub", PairMessage.Ask.Encode()), Is.Not.Null);
    }

    [Test]
    public void A_hundred_subscribers_share_one_message()
    {
        using var world = new PairWorld(_cipher, 100);
        world.LogInAll();
        var message = world.Publisher.Seal(_reading);
        Assert.That(world.Names.Select(n => world.Open(n, message).Result), Is.All.EqualTo(HardenedResult.Opened));
        Assert.That(world.Names.Select(n => world.Subscribers[n].Epoch).Distinct().Count(), Is.EqualTo(1), "one epoch for all of them");
    }

    private static void Open(PairWorld world, string name, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var message = world.Publisher.Seal(_reading);
            foreach (var other in world.Names)
            {
                world.Open(other, message);
            }
        }

        Assert.That(world.Subscribers[name].Missing, Is.Zero);
    }
}
