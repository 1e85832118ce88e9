namespace Harness.Sessions.Tests.Accounts;

/// <summary>A site's worth of accounts: each W is held against its group still.</summary>
public sealed class ManyAccountsTests
{
    private const int Count = 30_000;

    [TestCase("p256")]
    [TestCase("modp2048-q256")]
    public void Thirty_thousand_accounts_are_all_there_by_the_lines_and_by_the_general_parser(string group)
    {
        var yaml = Yaml(group, Count, null);
        Assert.That(YamlLines.TryRead(yaml), Is.Not.Null, "the time of a large file depends on it");
        var store = new AccountStore("broker", AccountFile.Parse(yaml, "accounts.yaml", "broker").Accounts);
        Assert.That(store.Count, Is.EqualTo(Count));
        Assert.That(store.Find($"sensor-{Count - 1}", AugPakeMethod.Of(AugPakeProfile.AsPublished, AugPakeGroup.ByName(group))), Is.Not.Null);
    }

    [TestCase("- client: a\n  server: s\n")]
    [TestCase("# c\n\n- client: \"a b # c: d\"\n# between\n  w_verifier: \"00\"\n- client: 1e3\n")]
    [TestCase("- client: null\n  group: p256-x/y.z\n  server: \"\"\n")]
    [TestCase("- client: a\n  client: b")]
    public void Lines_are_read_as_the_general_parser_reads_them(string yaml)
    {
        var lines = YamlLines.TryRead(yaml);
        Assert.That(lines, Is.Not.Null);
        Assert.That(Tell(lines!, 0), Is.EqualTo(Tell(YamlItem.Read("---\n" + yaml, 16, (_, _, _) => new FormatException()).Single(), 1)));
    }

    [TestCase("---\n- client: a\n")]
    [TestCase("- client: a # no\n")]
    [TestCase("- client: a: b\n")]
    [TestCase("- client: \"a\\n\"\n")]
    [TestCase("- client: \"a\" \n")]
    [TestCase("- client: 'a'\n")]
    [TestCase("- client: *a\n")]
    [TestCase("- client: &a b\n")]
    [TestCase("- client: !!str b\n")]
    [TestCase("- client: |\n  a\n")]
    [TestCase("- client: [a]\n")]
    [TestCase("- client: a\r\n")]
    [TestCase("- client: a\n b\n")]
    [TestCase("- client: a\n   server: b\n")]
    [TestCase("  client: a\n")]
    [TestCase("accounts:\n- client: a\n")]
    [TestCase("- client:\n")]
    [TestCase("- client:  a\n")]
    [TestCase("- a\n")]
    [TestCase("- client: a\n...\n")]
    [TestCase("# \u0007\n- client: a\n")]
    [TestCase("- client: \"a\u2028\"\n")]
    [TestCase("")]
    public void Anything_else_is_left_to_the_general_parser(string yaml) => Assert.That(YamlLines.TryRead(yaml), Is.Null);

    // A text, its place and what it holds; the place in a text that has so many lines before it.
    private static string Tell(YamlItem item, int before) =>
        $"{item.Start.Line - before}:{item.Start.Column} to {item.LastLine - before} {item.IsFlow} '{item.Value}' "
        + $"[{string.Join(", ", item.Items?.Select(i => Tell(i, before)) ?? [])}] {{{string.Join(", ", item.Fields?.Select(f => $"{Tell(f.Key, before)}: {Tell(f.Value, before)}") ?? [])}}}";

    [TestCase("p256")]
    [TestCase("modp2048-q256")]
    public void The_account_whose_W_lies_outside_the_group_is_found(string group)
    {
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Parse(Yaml(group, 5000, 4000), "accounts.yaml", "broker"));
        Assert.That((error!.Problem, error.Line), Is.EqualTo(("W outside the group", (4000 * 5) + 5)));
    }

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
