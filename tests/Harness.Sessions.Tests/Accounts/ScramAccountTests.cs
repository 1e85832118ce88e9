namespace Harness.Sessions.Tests.Accounts;

/// <summary>Accounts of SCRAM in the account file.</summary>
public sealed class ScramAccountTests
{
    private const string Good =
        "- client: m4\n  server: broker\n  method: SCRAM-SHA-256\n  salt: 0011\n  iterations: 4096\n"
        + "  stored_key: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n  server_key: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

    [Test]
    public void An_account_comes_back_from_its_item_beside_one_of_AugPAKE()
    {
        var (scram, augPake) = (Enrolment.CreateScram("m4", "broker", "secret", 6000), Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, "secret"));
        var file = AccountFile.Parse(Enrolment.ToYaml(augPake) + Enrolment.ToYaml(scram), "accounts.yaml", "broker");
        Assert.That((file.Accounts.Count, file.ScramAccounts.Count, file.Warnings.Count), Is.EqualTo((1, 1, 0)));
        var credential = file.ScramAccounts[0].Credential;
        Assert.That(credential.StoredKey.ToArray(), Is.EqualTo(scram.Credential.StoredKey.ToArray()));
        Assert.That(credential.ServerKey.ToArray(), Is.EqualTo(scram.Credential.ServerKey.ToArray()));
        Assert.That((credential.Iterations, Convert.ToHexString(credential.Salt.Span)), Is.EqualTo((6000, Convert.ToHexString(scram.Credential.Salt.Span))));
        Assert.That(scram.ToString() + scram.Credential, Does.Not.Contain(Convert.ToHexStringLower(scram.Credential.StoredKey.Span)[..8]));
    }

    [TestCase("iterations: 4096", "iterations: 4095", "iterations out of bounds")]
    [TestCase("iterations: 4096", "iterations: many", "iterations out of bounds")]
    [TestCase("salt: 0011", "salt: 001", "'salt' of another form")]
    [TestCase("salt: 0011", "salt: ''", "'salt' of another form")]
    [TestCase("stored_key: 00", "stored_key: ", "'stored_key' of another form")]
    [TestCase("SCRAM-SHA-256", "SCRAM-SHA-1", "SCRAM-SHA-256")]
    [TestCase("  salt: 0011\n", "", "'salt'")]
    [TestCase("server: broker", "server: elsewhere", "another server")]
    [TestCase("salt:", "slat:", "slat")]
    public void A_wrong_item_is_refused_with_its_place(string before, string after, string says)
    {
        Assert.That(AccountFile.Parse(Good, "accounts.yaml", "broker").ScramAccounts, Has.Count.EqualTo(1));
        Assert.That(
            () => AccountFile.Parse(Good.Replace(before, after, StringComparison.Ordinal), "accounts.yaml", "broker"),
            Throws.TypeOf<AccountFileException>().With.Message.Contains(says).And.Message.Contains("accounts.yaml:"));
    }

    [Test]
    public void A_second_account_of_one_client_is_refused() =>
        Assert.That(() => AccountFile.Parse(Good + Good, "accounts.yaml", "broker"), Throws.TypeOf<AccountFileException>().With.Message.Contains("second account"));

    [Test]
    public void An_account_is_added_to_a_file_once()
    {
        using var file = new TemporaryFile(Enrolment.ToYaml(Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, "secret")));
        AccountFileAppend.Check(file.Path, "m4", "broker", "SCRAM-SHA-256");
        AccountFileAppend.Append(file.Path, Enrolment.CreateScram("m4", "broker", "secret"));
        Assert.That(AccountFile.Load(file.Path, "broker").ScramAccounts.Select(a => a.Client), Is.EqualTo(new[] { "m4" }));
        Assert.That(() => AccountFileAppend.Check(file.Path, "m4", "broker", "SCRAM-SHA-256"), Throws.TypeOf<AccountFileException>().With.Message.Contains("already"));
    }
}
