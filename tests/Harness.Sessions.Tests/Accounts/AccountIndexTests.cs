namespace Harness.Sessions.Tests.Accounts;

/// <summary>The account index, with and without an account.</summary>
public sealed class AccountIndexTests
{
    private const AugPakeProfile Profile = AugPakeProfile.Framed;
    private static readonly AugPakeGroup Group = AugPakeGroup.P256;
    private static readonly string Method = AugPakeMethod.Of(Profile, Group);
    private static readonly byte[] Substitute = Group.PowerOfGenerator([9]);

    [Test]
    public void Each_of_many_clients_has_its_own_verifier_and_its_own_number()
    {
        var accounts = Many(3000);
        var index = new AccountStore("s", accounts).Index;
        var numbers = new HashSet<int>();
        foreach (var account in accounts)
        {
            Assert.That(Choose(index, account.Client, ~0), Is.EqualTo((~0, account.Verifier.ToArray())));
            var number = index.Number(account.Client);
            Assert.That(number.Known, Is.EqualTo(~0));
            Assert.That(numbers.Add(number.Own), Is.True);
        }
    }

    [Test]
    public void A_name_without_an_account_gets_the_substitute_and_the_same_decoy_at_every_try()
    {
        var index = new AccountStore("s", Many(100)).Index;
        for (var i = 0; i < 3000; i++)
        {
            Assert.That(Choose(index, $"ghost{i}", ~0), Is.EqualTo((0, Substitute)));
            var (first, second) = (index.Number($"ghost{i}"), index.Number($"ghost{i}"));
            Assert.That(second, Is.EqualTo(first));
            Assert.That((first.Own, first.Known), Is.EqualTo((0, 0)));
        }

        Assert.That(Enumerable.Range(0, 3000).Select(i => index.Number($"ghost{i}").Decoy).Distinct().Count(), Is.GreaterThan(2990), "spread by the hash");
    }

    [Test]
    public void Without_any_account_there_is_a_decoy_still() =>
        Assert.That(Choose(new AccountStore("s", []).Index, "c", ~0), Is.EqualTo((0, Substitute)));

    [Test]
    public void An_account_that_is_not_usable_gives_the_substitute_and_is_known_all_the_same()
    {
        var index = new AccountStore("s", Many(1)).Index;
        Assert.That(Choose(index, "client0", 0), Is.EqualTo((~0, Substitute)));
    }

    [Test]
    public void A_client_is_known_for_one_method_and_has_one_number_for_all()
    {
        var index = new AccountStore("s", Many(1)).Index;
        var other = AugPakeMethod.Of(AugPakeProfile.Rfc6628, Group);
        var verifier = new byte[Group.ElementLength];
        Assert.That(index.Choose("client0", other, ~0, Substitute, verifier), Is.Zero);
        Assert.That(verifier, Is.EqualTo(Substitute));
        Assert.That(index.Number("client0").Known, Is.EqualTo(~0));
    }

    [Test]
    public void Added_replaced_and_removed_accounts_show_at_once_and_numbers_stay()
    {
        var store = new AccountStore("s", Many(2));
        var before = store.Index.Number("client1");
        var replaced = Of("client1", 77);
        store.Put(replaced);
        Assert.That(Choose(store.Index, "client1", ~0), Is.EqualTo((~0, replaced.Verifier.ToArray())));
        Assert.That(store.TryAdd(Of("late", 78)), Is.True);
        Assert.That(store.TryAdd(Of("late", 79)), Is.False);
        Assert.That(Choose(store.Index, "late", ~0), Is.EqualTo((~0, Of("late", 78).Verifier.ToArray())));
        Assert.That(store.Remove("client0", Method), Is.True);
        Assert.That(Choose(store.Index, "client0", ~0), Is.EqualTo((0, Substitute)));
        Assert.That(store.Index.Number("client0").Known, Is.Zero);
        Assert.That(store.Index.Number("client1"), Is.EqualTo(before));
        Assert.That(store.TryAdd(Of("client0", 80)), Is.True);
        Assert.That(store.Index.Number("late").Own, Is.Not.EqualTo(store.Index.Number("client0").Own));
    }

    [Test]
    public void Names_that_share_their_letters_do_not_meet()
    {
        var key = new byte[32];
        var tags = new[] { ("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), ("ä", "c") }.Select(n => AccountTable.TagOf(key, n.Item1, n.Item2)).ToList();
        Assert.That(tags, Is.Unique);
        Assert.That(AccountTable.TagOf(key, "ab", "c"), Is.EqualTo(tags[0]));
        Assert.That(AccountTable.TagOf(key, new string('x', 5000), "c"), Is.Not.EqualTo(AccountTable.TagOf(key, new string('x', 5001), "c")));
    }

    [Test]
    public void An_overflowing_bucket_doubles_the_number_of_buckets()
    {
        // Nine names in one bucket of sixteen, apart in one of more.
        var crowd = Enumerable.Range(0, 9).Select(i => (new AccountTable.Tag((ulong)i + 1, 5, (ulong)i << 4, 0), i)).ToList();
        Assert.That(() => AccountTable.Of(new byte[32], crowd), Throws.Nothing);
    }

    private static (int Known, byte[] Verifier) Choose(AccountIndex index, string client, int use)
    {
        var verifier = new byte[Group.ElementLength];
        return (index.Choose(client, Method, use, Substitute, verifier), verifier);
    }

    private static Account[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Of($"client{i}", i + 10))];

    private static Account Of(string client, int scalar) => new(client, "s", Group, Profile, Group.PowerOfGenerator([(byte)(scalar >> 8), (byte)scalar]));
}
