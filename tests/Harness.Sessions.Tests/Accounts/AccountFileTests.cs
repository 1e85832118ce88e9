namespace Harness.Sessions.Tests.Accounts;

public sealed class AccountFileTests
{
    private static readonly string W = Convert.ToHexStringLower(
        Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "m4", "broker", "secret"));

    private static readonly string Good =
        $"- client: m4\n  server: broker\n  group: p256\n  profile: rfc6628\n  w_verifier: \"{W}\"\n";

    [Test]
    public void Enrolment_prints_an_item_that_loads_again([Values("m4", "true", "a: b # c", "\"quo\\ted\"", "123", "é\u2028x\u00a0")] string client)
    {
        var account = Enrolment.Create(client, "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, "secret");
        var loaded = AccountFile.Parse(Enrolment.ToYaml(account), "accounts.yaml", "broker").Accounts.Single();
        Assert.That((loaded.Client, loaded.Method), Is.EqualTo((client, "AUGPAKE-PAPER-P256")));
        Assert.That(loaded.Verifier.ToArray(), Is.EqualTo(account.Verifier.ToArray()));
    }

    [Test]
    public void Printed_items_append_to_a_list()
    {
        var items = new[] { AugPakeProfile.AsPublished, AugPakeProfile.Rfc6628 }
            .SelectMany(p => AugPakeGroup.All.Select(g => Enrolment.ToYaml(Enrolment.Create("m4", "broker", g, p, "secret"))));
        Assert.That(AccountFile.Parse(string.Concat(items), "accounts.yaml", "broker").Accounts, Has.Count.EqualTo(2 * AugPakeGroup.All.Count));
    }

    [Test]
    public void Nothing_an_account_prints_holds_W() =>
        Assert.That(AccountFile.Parse(Good, "accounts.yaml", "broker").Accounts[0].ToString(), Does.Not.Contain(W[10..40]));

    [Test]
    public void Pairs_are_read_and_a_pair_without_account_is_warned_about()
    {
        var yaml = "accounts:\n" + Indent(Good) + "pairs:\n- {publisher: m4, subscriber: host, topic: plant/1}\n";
        var file = AccountFile.Parse(yaml, "accounts.yaml", "broker");
        Assert.That(file.Pairs, Is.EqualTo(new[] { new KeyPair("m4", "host", "plant/1") }));
        Assert.That(file.Warnings.Single().Text, Does.Contain("host"));
    }

    [TestCase("")]
    [TestCase("# nothing yet\n")]
    [TestCase("[]")]
    [TestCase("accounts: []\n")]
    public void An_empty_file_has_no_accounts(string yaml) =>
        Assert.That(AccountFile.Parse(yaml, "accounts.yaml", "broker").Accounts, Is.Empty);

    // line, column, what the error says
    public static IEnumerable<TestCaseData> Errors()
    {
        TestCaseData Case(string name, string yaml, int line, int column, params string[] says) =>
            new TestCaseData(yaml, line, column, says).SetArgDisplayNames(name);

        yield return Case("unknown key", Good.Replace("w_verifier", "w_verifer"), 5, 3, "unknown key", "'w_verifer'", "did you mean 'w_verifier'");
        yield return Case("unknown key far from all", Good + "  zzzzzz: 1\n", 6, 3, "unknown key", "'zzzzzz'");
        yield return Case("unknown root key", "acounts: []\n", 1, 1, "unknown key", "did you mean 'accounts'");
        yield return Case("missing key", "- client: m4\n  server: broker\n", 1, 3, "a key is missing", "'group'");
        yield return Case("unknown group", Good.Replace("p256", "p265"), 3, 10, "unknown group", "'p265'", "did you mean 'p256'");
        yield return Case("unknown profile", Good.Replace("rfc6628", "rfc662"), 4, 12, "unknown profile", "did you mean 'rfc6628'");
        yield return Case("another server", Good.Replace("server: broker", "server: brokes"), 2, 11, "another server", "'brokes'", "'broker'");
        yield return Case("same account twice", Good + Good, 6, 3, "second account", "'m4'");
        yield return Case("a key twice", Good + "  client: m5\n", 6, 3, "malformed YAML", "a key twice");
        yield return Case("W outside the group", Good.Replace(W, W[..^1] + (W[^1] == '0' ? '1' : '0')), 5, 15, "W outside the group");
        yield return Case("W too short", Good.Replace(W, W[..^2]), 5, 15, "not an element", "130 hex digits", "128 characters");
        yield return Case("W no hex", Good.Replace(W, "zz" + W[2..]), 5, 15, "not an element", "no hex digit");
        yield return Case("client too long", Good.Replace("m4", new string('x', 65)), 1, 11, "1 to 64 bytes", "65 bytes");
        yield return Case("client with U+0000", Good.Replace("m4", "\"m\\0\""), 1, 11, "control characters", @"'m\u{0}'");
        yield return Case("topic with a control character", "pairs:\n- {publisher: a, subscriber: b, topic: \"a\\e\"}\n", 2, 40, "control characters", @"\u{1b}");
        yield return Case("client a list", Good.Replace("m4", "[m4]"), 1, 11, "'client' is no text", "a list");
        yield return Case("item a text", "- m4\n", 1, 3, "not an item", "a single value");
        yield return Case("root a text", "m4\n", 1, 1, "not an account file");
        yield return Case("no YAML", "- {client: m4\n", 2, 1, "malformed YAML");
        yield return Case("two documents", Good + "---\n" + Good, 7, 1, "second document");
        yield return Case("wildcard topic", "pairs:\n- {publisher: a, subscriber: b, topic: a/#}\n", 2, 40, "without wildcards");
        yield return Case("pair of one", "pairs:\n- {publisher: a, subscriber: a, topic: t}\n", 2, 3, "two clients");
        yield return Case("unknown pair key", "pairs:\n- {publisher: a, subscribr: b, topic: t}\n", 2, 18, "did you mean 'subscriber'");
    }

    [TestCaseSource(nameof(Errors))]
    public void An_error_says_where_and_what(string yaml, int line, int column, string[] says)
    {
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Parse(yaml, "accounts.yaml", "broker"));
        Assert.That(error!.Message, Does.StartWith($"accounts.yaml:{line}:{column}: "));
        foreach (var words in says)
        {
            Assert.That(error.Message, Does.Contain(words));
        }

        Assert.That(error.Message, Does.Contain("; next: ").And.Not.Contain(W[10..40]));
    }

    [Test]
    public void A_missing_file_is_named_with_the_next_command()
    {
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Load("/nowhere/accounts.yaml", "broker"));
        Assert.That(error!.Message, Does.Contain("/nowhere/accounts.yaml").And.Contain("no such file").And.Contain("./harness enroll"));
    }

    [TestCase("600")]
    [TestCase("400")]
    [TestCase("700")]
    [TestCase("640", "read")]
    [TestCase("604", "read")]
    [TestCase("620", "write")]
    [TestCase("602", "write")]
    [TestCase("666", "read", "write")]
    public void A_file_that_others_can_read_or_write_is_warned_about_and_a_private_one_is_not(string mode, params string[] may)
    {
        using var file = new TemporaryFile(Good, mode);
        var warnings = AccountFile.Load(file.Path, "broker").Warnings;
        Assert.That(warnings.Select(w => w.NextCommand), Is.EqualTo(may.Length == 0 ? (string[])[] : [$"chmod 600 '{file.Path}'"]));
        foreach (var word in (string[])["read", "write"])
        {
            Assert.That(warnings.Any(w => w.Text.Contains($"others can {word}", StringComparison.Ordinal)), Is.EqualTo(may.Contains(word)));
        }
    }

    [TestCase("")]
    [TestCase("# nobody yet\n")]
    [TestCase("[]\n")]
    [TestCase("accounts: []\n")]
    public void A_file_without_an_account_is_told(string yaml)
    {
        using var file = new TemporaryFile(yaml, "600");
        Assert.That(AccountFile.Load(file.Path, "broker").Warnings.Single().ToString(), Does.Contain("no account").And.Contain($"--out '{file.Path}'"));
    }

    [TestCase(2, 2, "ff fe 23 00 0a 00 23 00 00 dc")]
    [TestCase(1, 1, "80 23")]
    [TestCase(2, 6, "23 20 c3 bc 0a 23 20 67 72 c3 bc df 65")]
    [TestCase(1, 3, "23 20 c3")]
    [TestCase(1, 3, "23 20 ed a0 80")]
    public void Bytes_that_are_no_UTF8_are_refused_with_their_line(int line, int column, string hex)
    {
        using var file = new TemporaryFile("", "600");
        File.WriteAllBytes(file.Path, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Load(file.Path, "broker"));
        Assert.That(error!.Message, Does.StartWith($"{file.Path}:{line}:{column}: not UTF-8"));
    }

    [Test]
    public void A_byte_order_mark_is_no_fault()
    {
        using var file = new TemporaryFile("\ufeff" + Good, "600");
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts, Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("65", 65)]
    [TestCase("66000", 66_000)]
    [TestCase("a\nb")]
    [TestCase("a\u0000")]
    [TestCase("\u009b")]
    public void A_server_name_has_1_to_64_bytes_without_control_characters(string name, int length = 0)
    {
        name = length > 0 ? new string('s', length) : name;
        Assert.That(() => new AccountStore(name, []), Throws.ArgumentException.With.Message.Contains("a server name has"));
        Assert.That(() => Enrolment.Create("m4", name, AugPakeGroup.P256, AugPakeProfile.Rfc6628, "pw"), Throws.ArgumentException.With.Message.Contains("a server name has"));
    }

    [Test]
    public void A_password_has_at_most_what_boards_take()
    {
        Assert.That(() => Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, new string('x', 64)), Throws.Nothing);
        Assert.That(() => Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, new string('\u00fc', 33)),
            Throws.ArgumentException.With.Message.Contains("66 bytes").And.Message.Contains("64"));
    }

    private static string Indent(string text) => string.Concat(text.TrimEnd('\n').Split('\n').Select(l => "  " + l + "\n"));
}
