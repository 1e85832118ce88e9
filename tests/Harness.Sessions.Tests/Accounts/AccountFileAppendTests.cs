namespace Harness.Sessions.Tests.Accounts;

/// <summary>An account file after an account was added, or was not.</summary>
public sealed class AccountFileAppendTests
{
    private static readonly Account M4 = Create("m4");
    private static readonly Account M5 = Create("m5");

    [TestCase(null)]
    [TestCase("")]
    [TestCase("# nobody yet\n")]
    [TestCase("{m4}")]
    [TestCase("# a comment\n{m4}# another")]
    [TestCase("accounts:\n{m4}pairs:\n- {publisher: m4, subscriber: m5, topic: plant/1}\n")]
    [TestCase("pairs:\n- {publisher: m4, subscriber: m5, topic: plant/1}\naccounts:\n{m4}")]
    [TestCase("pairs:\n- {publisher: m4, subscriber: m5, topic: plant/1}\n")]
    public void An_account_is_added_to_the_list_that_is_there_and_the_rest_stays(string? text)
    {
        using var file = new TemporaryFile(text?.Replace("{m4}", Enrolment.ToYaml(M4), StringComparison.Ordinal), "644");
        var before = text is null ? [] : AccountFile.Load(file.Path, "broker").Accounts.Select(a => a.Client).ToList();
        AccountFileAppend.Check(file.Path, "m5", "broker", M5.Method);
        AccountFileAppend.Append(file.Path, M5);
        var after = AccountFile.Load(file.Path, "broker");
        Assert.That(after.Accounts.Select(a => a.Client), Is.EqualTo((string[])[.. before, "m5"]));
        Assert.That(after.Accounts[^1].Verifier.ToArray(), Is.EqualTo(M5.Verifier.ToArray()));
        Assert.That(after.Pairs, Has.Count.EqualTo(text?.Contains("pairs", StringComparison.Ordinal) == true ? 1 : 0));
        Assert.That(after.Warnings.Any(w => w.NextCommand.StartsWith("chmod", StringComparison.Ordinal)), Is.False, "mode 600");
        Assert.That(Directory.GetFiles(file.Folder), Is.EqualTo(new[] { file.Path }));
    }

    [Test]
    public void Items_that_stand_indented_get_one_more_beside_them()
    {
        using var file = new TemporaryFile("accounts:\n" + string.Concat(Enrolment.ToYaml(M4).TrimEnd('\n').Split('\n').Select(l => $"    {l}\n")) + "pairs: []\n");
        AccountFileAppend.Append(file.Path, M5);
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts.Select(a => a.Client), Is.EqualTo(new[] { "m4", "m5" }));
    }

    [Test]
    public void A_file_that_is_no_block_list_stays_as_it_was([Values("accounts: []\n", "[]\n")] string text) =>
        A_file_that_cannot_be_extended_stays_as_it_was(text, "cannot be added");

    [TestCase("- {client: m4\n", "malformed YAML")]
    [TestCase("{m5}", "second account")]
    [TestCase("{other}", "another server")]
    public void A_file_that_cannot_be_extended_stays_as_it_was(string text, string says)
    {
        text = text.Replace("{m5}", Enrolment.ToYaml(M5), StringComparison.Ordinal)
            .Replace("{other}", Enrolment.ToYaml(M4 with { Server = "elsewhere" }), StringComparison.Ordinal);
        using var file = new TemporaryFile(text, "644");
        Assert.That(() => AccountFileAppend.Append(file.Path, M5), Throws.TypeOf<AccountFileException>().With.Message.Contains(says));
        Assert.That(File.ReadAllText(file.Path), Is.EqualTo(text));
        Assert.That(Directory.GetFiles(file.Folder), Is.EqualTo(new[] { file.Path }));
    }

    [Test]
    public void An_account_that_is_there_is_told_before_a_password_is_typed()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(M5));
        Assert.That(() => AccountFileAppend.Check(file.Path, "m5", "broker", M5.Method), Throws.TypeOf<AccountFileException>().With.Message.Contains("already"));
        Assert.That(() => AccountFileAppend.Check(file.Path, "m6", "broker", M5.Method), Throws.Nothing);
    }

    [Test]
    public void Remains_of_an_enrolment_that_was_killed_are_no_hindrance()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(M4));
        File.WriteAllText(file.Path + ".new", "half an it");
        File.WriteAllText(file.Path + ".lock", "");
        AccountFileAppend.Check(file.Path, "m5", "broker", M5.Method);
        AccountFileAppend.Append(file.Path, M5);
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts, Has.Count.EqualTo(2));
        Assert.That(Directory.GetFiles(file.Folder), Is.EqualTo(new[] { file.Path }));
    }

    [Test]
    public void A_link_in_the_way_is_not_followed()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(M4));
        var other = Path.Combine(file.Folder, "other");
        File.WriteAllText(other, "mine");
        File.CreateSymbolicLink(file.Path + ".new", other);
        AccountFileAppend.Append(file.Path, M5);
        Assert.That(File.ReadAllText(other), Is.EqualTo("mine"));
        File.CreateSymbolicLink(file.Path + ".lock", other);
        Assert.That(() => AccountFileAppend.Append(file.Path, Create("m6")), Throws.TypeOf<AccountFileException>().With.Message.Contains("as it was"));
        Assert.That(File.ReadAllText(other), Is.EqualTo("mine"));
    }

    [Test]
    public async Task An_enrolment_waits_for_the_one_before_and_no_longer_than_it_says()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(M4));
        var before = EnrolmentLock.Take(file.Path);
        Assert.That(() => EnrolmentLock.Take(file.Path, TimeSpan.Zero), Throws.TypeOf<TimeoutException>().With.Message.EqualTo(file.Path + ".lock"));
        var waits = Task.Run(() => AccountFileAppend.Append(file.Path, M5));
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts, Has.Count.EqualTo(1), "a broker that starts meanwhile sees the file as it was");
        before.Dispose();
        await waits;
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts, Has.Count.EqualTo(2));
    }

    [TestCase("/dev/full")]
    [TestCase("/dev/null")]
    [TestCase("/tmp")]
    public void No_device_and_no_folder_is_replaced(string path)
    {
        Assert.That(() => AccountFileAppend.Check(path, "m5", "broker", M5.Method), Throws.TypeOf<AccountFileException>().With.Message.Contains("ordinary file"));
        Assert.That(() => AccountFileAppend.Append(path, M5), Throws.TypeOf<AccountFileException>());
        Assert.That(File.Exists(path + ".new"), Is.False);
    }

    [Test]
    public void A_link_stays_and_what_it_names_gets_the_account()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(M4));
        var link = Path.Combine(file.Folder, "link.yaml");
        File.CreateSymbolicLink(link, file.Path);
        AccountFileAppend.Append(link, M5);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(file.Path));
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts, Has.Count.EqualTo(2));
    }

    [Test]
    public void Enrolments_at_once_lose_none()
    {
        using var file = new TemporaryFile(null);
        Parallel.For(0, 8, i => AccountFileAppend.Append(file.Path, Create($"c{i}")));
        Assert.That(AccountFile.Load(file.Path, "broker").Accounts.Select(a => a.Client), Is.EquivalentTo(Enumerable.Range(0, 8).Select(i => $"c{i}")));
    }

    private static Account Create(string client) => Enrolment.Create(client, "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, "secret");
}
