using Harness.Sessions.Pseudonyms;
using Harness.Sessions.Tests.Accounts;

namespace Harness.Sessions.Tests.Pseudonyms;

/// <summary>The broker's store of pseudonyms: the account's secret and the numbers that were used.</summary>
public sealed class PseudonymLogTests
{
    [Test]
    public void Stored_numbers_are_there_after_a_restart_one_line_a_client()
    {
        using var file = new TemporaryFile(null);
        using (var log = PseudonymLog.Open(file.Path))
        {
            log.Store("pub", 1);
            log.Store("é 1", 7);
            log.Store("pub", 2);
            Assert.That((log.NextOf("pub"), log.NextOf("nobody")), Is.EqualTo((2UL, 0UL)));
        }

        Assert.That(File.ReadAllLines(file.Path), Has.Length.EqualTo(3));
        using (var log = PseudonymLog.Open(file.Path))
        {
            Assert.That((log.NextOf("pub"), log.NextOf("é 1")), Is.EqualTo((2UL, 7UL)));
            log.Store("pub", 3);
        }

        Assert.That(File.ReadAllText(file.Path), Is.EqualTo("707562 2\nc3a92031 7\n707562 3\n"));
#pragma warning disable CA1416
        Assert.That(File.GetUnixFileMode(file.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
    }

    [Test]
    public void A_last_line_that_a_loss_of_power_cut_is_dropped()
    {
        using var file = new TemporaryFile("707562 12\n707562 1");
        using var log = PseudonymLog.Open(file.Path);
        Assert.That(log.NextOf("pub"), Is.EqualTo(12));
    }

    [TestCase("pub 1\n")]
    [TestCase("707562\n")]
    [TestCase("707562 -1\n")]
    [TestCase("707562 1 2\n")]
    [TestCase("70756 1\n")]
    public void A_line_of_another_form_is_an_error_with_its_place(string text)
    {
        using var file = new TemporaryFile("707562 1\n" + text);
        var error = Assert.Throws<AccountFileException>(() => PseudonymLog.Open(file.Path));
        Assert.That(error!.Line, Is.EqualTo(2));
        Assert.That(File.ReadAllText(file.Path), Is.EqualTo("707562 1\n" + text), "left as it is");
    }

    [Test]
    public void A_file_that_another_broker_has_is_an_error()
    {
        using var file = new TemporaryFile(null);
        using var first = PseudonymLog.Open(file.Path);
        Assert.Throws<AccountFileException>(() => PseudonymLog.Open(file.Path));
        first.Store("pub", 1);
    }

    [Test]
    public void An_account_with_pseudonyms_is_printed_and_read_again_and_tells_no_secret()
    {
        var account = Enrolment.Create("pub", "broker", AugPakeGroup.P256, AugPakeProfile.Framed, "secret", pseudonyms: true);
        var loaded = AccountFile.Parse(Enrolment.ToYaml(account), "accounts.yaml", "broker").Accounts.Single();
        Assert.That(loaded.PseudonymSecret!.Value.ToArray(), Is.EqualTo(account.PseudonymSecret!.Value.ToArray()).And.Length.EqualTo(16));
        Assert.That(loaded.ToString(), Does.Not.Contain(Convert.ToHexStringLower(account.PseudonymSecret.Value.Span)[..8]));
        var without = Enrolment.Create("pub", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, "secret");
        Assert.That((without.PseudonymSecret, Enrolment.ToYaml(without).Contains("pseudonym", StringComparison.Ordinal)), Is.EqualTo(((ReadOnlyMemory<byte>?)null, false)));
        Assert.That(AccountFile.Parse(Enrolment.ToYaml(without), "accounts.yaml", "broker").Accounts.Single().PseudonymSecret, Is.Null);
        Assert.That(() => Enrolment.Create("pub", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, "secret", pseudonyms: true), Throws.ArgumentException);
    }

    [TestCase("framed", "00112233445566778899aabbccddee", "30 characters")]
    [TestCase("framed", "00112233445566778899aabbccddeezz", "no hex digit")]
    [TestCase("rfc6628", "00112233445566778899aabbccddeeff", "rfc6628")]
    public void A_secret_of_another_form_or_profile_is_an_error_that_does_not_show_it(string profile, string secret, string says)
    {
        var w = Convert.ToHexStringLower(Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfiles.Parse(profile), "m4", "broker", "secret"));
        var yaml = $"- client: m4\n  server: broker\n  group: p256\n  profile: {profile}\n  w_verifier: \"{w}\"\n  pseudonym_secret: \"{secret}\"\n";
        var error = Assert.Throws<AccountFileException>(() => AccountFile.Parse(yaml, "accounts.yaml", "broker"));
        Assert.That(error!.Message, Does.Contain(says).And.Not.Contain(secret[..20]));
        Assert.That(error.Line, Is.EqualTo(6));
    }
}
