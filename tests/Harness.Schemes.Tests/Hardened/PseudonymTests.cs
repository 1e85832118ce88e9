namespace Harness.Schemes.Tests.Hardened;

public sealed class PseudonymTests
{
    private static readonly byte[] _secret = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Test]
    public void A_pseudonym_is_burnt_on_sight_with_all_before_it()
    {
        var table = Table();
        Assert.That(table.Use(Name(3)), Is.EqualTo(new PseudonymUse(PseudonymStatus.Fresh, "dev", 3)));
        foreach (var j in new ulong[] { 0, 1, 2, 3 })
        {
            Assert.That(table.Use(Name(j)), Is.EqualTo(new PseudonymUse(PseudonymStatus.Burnt, "dev", j)), "a clone is an event");
        }

        Assert.That(table.Use(Name(4)).Status, Is.EqualTo(PseudonymStatus.Fresh));
    }

    [Test]
    public void A_thousand_aborted_logins_do_no_harm_and_the_one_past_the_window_is_nobodys()
    {
        var table = Table();
        Assert.That(table.Use(Name(1024)).Status, Is.EqualTo(PseudonymStatus.Unknown), "1,024 ahead are 0 to 1,023");
        Assert.That(table.Use(Name(1000)).Status, Is.EqualTo(PseudonymStatus.Fresh), "after 1,000 that the broker never saw");
        Assert.That(table.Use(Name(1001 + 1023)).Status, Is.EqualTo(PseudonymStatus.Fresh), "the window moved");
        Assert.That(table.Use(Name(2025 + 1024)).Status, Is.EqualTo(PseudonymStatus.Unknown));
        for (var j = 2025UL; j < 3100; j++)
        {
            Assert.That(table.Use(Name(j)).Status, Is.EqualTo(PseudonymStatus.Fresh), "each one seen moves it on");
        }
    }

    [Test]
    public void Names_of_no_client_are_unknown_whatever_they_look_like() =>
        Assert.That(new[] { "", "dev", Name(0).ToUpperInvariant(), Name(0) + "0", new string('0', 22) }.Select(n => Table().Use(n).Status), Is.All.EqualTo(PseudonymStatus.Unknown));

    [Test]
    public void A_burnt_pseudonym_is_stored_before_it_is_told()
    {
        var stored = new List<(string, ulong)>();
        var table = new PseudonymTable { Store = (client, next) => stored.Add((client, next)) };
        table.Add("dev", _secret, 7);
        Assert.That(table.Use(Name(6)).Status, Is.EqualTo(PseudonymStatus.Unknown), "burnt before this broker started");
        table.Use(Name(9));
        Assert.That(stored, Is.EqualTo(new[] { ("dev", 10UL) }));
        Assert.That(table.NextOf("dev"), Is.EqualTo(10));
        table.Use(Name(8));
        Assert.That(stored, Has.Count.EqualTo(1));
    }

    [Test]
    public void Burnt_names_are_remembered_in_bounded_memory()
    {
        var table = Table();
        for (var j = 0UL; j < 5000; j += 1000)
        {
            table.Use(Name(j));
        }

        for (var j = 4001UL; j < 5000; j++)
        {
            table.Use(Name(j));
        }

        Assert.That(table.Use(Name(5000 - PseudonymTable.Remembered)).Status, Is.EqualTo(PseudonymStatus.Burnt));
        Assert.That(table.Use(Name(5000 - PseudonymTable.Remembered - 1)).Status, Is.EqualTo(PseudonymStatus.Unknown));
    }

    [Test]
    public void The_last_j_can_be_used_and_none_after_it()
    {
        var table = new PseudonymTable();
        table.Add("dev", _secret, ulong.MaxValue - 2);
        Assert.That(table.Use(Name(ulong.MaxValue - 1)).Status, Is.EqualTo(PseudonymStatus.Fresh));
        Assert.That(table.Use(Name(0)).Status, Is.EqualTo(PseudonymStatus.Unknown));
        var memory = new HardenedMemory();
        memory.Provision(ulong.MaxValue, 0);
        Assert.That(Assert.Throws<PartyRefusedException>(() => memory.TakeAttempt())!.Code, Is.EqualTo("SPENT"));
    }

    [Test]
    public void An_enrolment_anew_takes_the_place_of_the_one_before()
    {
        var table = Table();
        table.Add("dev", [.. _secret.Reverse()], 0);
        Assert.That(table.Use(Name(0)).Status, Is.EqualTo(PseudonymStatus.Unknown));
        Assert.That(table.Use(HardenedKeys.Pseudonym([.. _secret.Reverse()], 0)).Status, Is.EqualTo(PseudonymStatus.Fresh));
    }

    [Test]
    public void A_device_waits_longer_after_each_failed_login_up_to_an_hour()
    {
        var wait = new LoginBackOff();
        var now = DateTimeOffset.UnixEpoch;
        var delays = Enumerable.Range(0, 14).Select(_ =>
        {
            wait.Failed(now);
            Assert.That((wait.Remaining(now), wait.Remaining(now - TimeSpan.FromDays(1)), wait.Remaining(now + wait.Delay)), Is.EqualTo((wait.Delay, wait.Delay, TimeSpan.Zero)));
            return wait.Delay.TotalSeconds;
        }).ToList();
        Assert.That(delays, Is.EqualTo(new double[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600 }));
        wait.Succeeded();
        Assert.That((wait.Delay, wait.Remaining(now)), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)));
    }

    private static string Name(ulong j) => HardenedKeys.Pseudonym(_secret, j);

    private static PseudonymTable Table()
    {
        var table = new PseudonymTable();
        table.Add("dev", _secret);
        return table;
    }
}
