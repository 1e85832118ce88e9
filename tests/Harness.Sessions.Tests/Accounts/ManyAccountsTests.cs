using System.Globalization;
using System.Text;

namespace Harness.Sessions.Tests.Accounts;

/// <summary>A site's worth of accounts: each W is held against its group still.</summary>
public sealed class ManyAccountsTests
{
    private const int Count = 30_000;

    // A second on a machine of its own; the tests share theirs with each other.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    [TestCase("p256")]
    [TestCase("modp2048-q256")]
    public void Thirty_thousand_accounts_are_there_within_a_second(string group)
    {
        var yaml = Yaml(group, Count, null);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var before = ProcessorTime();
            var store = new AccountStore("broker", AccountFile.Parse(yaml, "accounts.yaml", "broker").Accounts);
            var took = ProcessorTime() - before;
            best = took < best ? took : best;
            Assert.That(store.Count, Is.EqualTo(Count));
        }

        TestContext.Out.WriteLine($"{group}: {best.TotalMilliseconds:F0} ms");
        Assert.That(best, Is.LessThan(Limit));
    }

    [TestCase("p256")]
    [TestCase("modp2048-q256")]
    public void The_account_whose_W_lies_outside_the_group_is_found(string group)
    {
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Parse(Yaml(group, 5000, 4000), "accounts.yaml", "broker"));
        Assert.That((error!.Problem, error.Line), Is.EqualTo(("W outside the group", (4000 * 5) + 5)));
    }

    // Of this thread: how busy the machine is does not count.
    private static TimeSpan ProcessorTime() => TimeSpan.FromMicroseconds(
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0);

    private static string Yaml(string groupName, int count, int? outside)
    {
        var group = AugPakeGroup.ByName(groupName);
        var w = Convert.ToHexStringLower(group.PowerOfGenerator([7]));
        var bad = (groupName == "p256" ? "04" : "00") + new string('0', w.Length - 4) + "01";
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append($"- client: \"sensor-{i}\"\n  server: \"broker\"\n  group: {groupName}\n  profile: as-published\n  w_verifier: \"{(i == outside ? bad : w)}\"\n");
        }

        return text.ToString();
    }
}
