namespace Harness.Cli.Tests;

/// <summary>Checks that a password becomes an account item and is shown nowhere.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EnrollTests : WorkFolderTests
{
    private static readonly string[] Names = ["--client", "sensor-7", "--server", "lab-broker"];
    [TestCase("correct horse\n")]
    [TestCase("correct horse\r\n")]
    [TestCase("correct horse")]
    [TestCase("correct horse\nand what follows is not read\n")]
    public async Task One_line_of_a_pipe_becomes_an_item_that_loads(string input)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, input, ["enroll", .. Names]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stderr, Is.Empty);
        Assert.That(ended.Stdout, Does.Not.Contain("correct"));
        var account = AccountFile.Load(_work.Write("accounts.yaml", ended.Stdout), "lab-broker").Accounts.Single();
        Assert.That((account.Client, account.Group.Name, account.Profile), Is.EqualTo(("sensor-7", "p256", AugPakeProfile.Rfc6628)));
        Assert.That(
            account.Verifier.ToArray(),
            Is.EqualTo(Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "sensor-7", "lab-broker", "correct horse")));
    }

    [Test]
    public async Task Items_can_be_appended_to_one_file()
    {
        var text = "";
        foreach (var (group, profile) in new[] { ("modp2048-q256", "as-published"), ("p256", "as-published"), ("p256", "rfc6628") })
        {
            var ended = await HarnessProcess.RunAsync(_work.Path, "secret\n", ["enroll", .. Names, "--group", group, "--profile", profile]);
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            text += ended.Stdout;
        }

        Assert.That(AccountFile.Load(_work.Write("accounts.yaml", text), "lab-broker").Accounts, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_account_of_SCRAM_becomes_an_item_that_loads()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "correct horse\n", ["enroll", .. Names, "--method", "SCRAM-SHA-256", "--iterations", "5000"]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout.Split('\n').Select(l => l.Split(':')[0].Trim(' ', '-')), Is.EqualTo(new[] { "client", "server", "method", "salt", "iterations", "stored_key", "server_key", "" }));
        var account = AccountFile.Load(_work.Write("accounts.yaml", ended.Stdout), "lab-broker").ScramAccounts.Single();
        var again = Harness.Schemes.Scram.ScramCredential.Create("correct horse", 5000, account.Credential.Salt);
        Assert.That((account.Client, account.Credential.Iterations), Is.EqualTo(("sensor-7", 5000)));
        Assert.That(account.Credential.StoredKey.ToArray(), Is.EqualTo(again.StoredKey.ToArray()));
        Assert.That(account.Credential.ServerKey.ToArray(), Is.EqualTo(again.ServerKey.ToArray()));
    }

    [TestCase(new[] { "--iterations", "5000" }, "--iterations needs --method")]
    [TestCase(new[] { "--method", "SCRAM-SHA-256", "--iterations", "4095" }, "4096 to")]
    [TestCase(new[] { "--method", "SCRAM-SHA-256", "--group", "p256" }, "takes no --group")]
    [TestCase(new[] { "--method", "SCRAM-SHA-256", "--pseudonyms" }, "takes no --group")]
    [TestCase(new[] { "--method", "SCRAM-SHA-1" }, "SCRAM-SHA-256")]
    public async Task Options_of_another_method_are_refused_before_the_password(string[] options, string says)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "", ["enroll", .. Names, .. options]);
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    [Test]
    public Task An_empty_password_is_refused([Values("", "\n", "\r\n")] string input) => RefusedAsync(input, "the line was empty");

    [TestCase("with\ttab\n", "control character at position 5")]
    [TestCase("ﬁsh\n", "non-ASCII character that SASLprep would map")]
    [TestCase("pass\u00a0word\n", "position 5")]
    public async Task An_invalid_password_is_refused_and_not_repeated(string input, string says) =>
        Assert.That((await RefusedAsync(input, says)).Stderr, Does.Not.Contain(input.Trim()));

    [Test]
    public async Task A_non_ASCII_password_that_SASLprep_leaves_alone_is_taken()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "größe\n", ["enroll", .. Names]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(AccountFile.Parse(ended.Stdout, "stdout", "lab-broker").Accounts.Single().Verifier.ToArray(),
            Is.EqualTo(Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "sensor-7", "lab-broker", "größe")));
    }

    [Test]
    public Task Bytes_that_are_no_UTF8_are_refused() => RefusedInAShellAsync("printf 'gr\\366\\337e\\n' | ", "", "not UTF-8");

    [Test]
    public Task An_endless_line_is_refused_without_reading_on() => RefusedInAShellAsync("", " < /dev/zero", "longer than 64 bytes");

    [Test]
    public async Task A_password_of_64_bytes_is_taken_and_one_of_65_is_not()
    {
        var taken = await HarnessProcess.RunAsync(_work.Path, new string('x', 64) + "\r\n", ["enroll", .. Names]);
        Assert.That(taken.ExitCode, Is.Zero, taken.ToString());
        var refused = await HarnessProcess.RunAsync(_work.Path, new string('x', 65) + "\n", ["enroll", .. Names]);
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
        Assert.That(refused.Stderr, Does.Contain("longer than 64 bytes").And.Contain("boards"));
    }

    [Test]
    public async Task Out_adds_to_a_file_of_mode_600_and_refuses_a_second_account_before_the_password()
    {
        var first = await HarnessProcess.RunAsync(_work.Path, "secret\n", ["enroll", .. Names, "--out", "accounts.yaml"]);
        Assert.That((first.ExitCode, first.Stdout), Is.EqualTo((0, "")), first.ToString());
        var other = await HarnessProcess.RunAsync(_work.Path, "secret\n", ["enroll", "--client", "other", "--server", "lab-broker", "--out", "accounts.yaml"]);
        Assert.That(other.ExitCode, Is.Zero, other.ToString());
        var again = await HarnessProcess.RunAsync(_work.Path, "secret\n", ["enroll", .. Names, "--out", "accounts.yaml"]);
        Assert.That(again.ExitCode, Is.EqualTo(2), again.ToString());
        Assert.That(again.Stderr, Does.Contain("already"));
        var file = AccountFile.Load(_work["accounts.yaml"], "lab-broker");
        Assert.That((file.Accounts.Count, file.Warnings.Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_full_device_is_a_message_and_no_success()
    {
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "secret\n", "bash", "-c", $"dotnet '{HarnessProcess.Program}' enroll --client c --server s > /dev/full");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("No space left").And.Contain("next: df -h").And.Not.Contain("   at "));
    }

    [TestCase(">> accounts.yaml")]
    [TestCase("--out accounts.yaml")]
    public async Task A_disk_without_room_for_all_of_it_keeps_no_half_of_an_account(string to)
    {
        // A file that may grow to 2 KiB, which one more block would exceed: only part of the item fits.
        var before = $"# {new string('x', 1900)}\n";
        _work.Write("accounts.yaml", before);
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "secret\n", "bash", "-c",
            $"trap '' XFSZ; export DOTNET_EnableDiagnostics=0 DOTNET_EnableWriteXorExecute=0; ulimit -f 2; dotnet '{HarnessProcess.Program}' enroll --client c --server s {to}");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("df -h").And.Not.Contain("   at "));
        Assert.That(File.ReadAllText(_work["accounts.yaml"]), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_work.Path, "*.new"), Is.Empty);
    }

    [TestCase("--group", "p384", "p256")]
    [TestCase("--profile", "rfc6682", "rfc6628")]
    [TestCase("--password", "secret", "--password")]
    public Task A_wrong_option_is_refused_with_what_is_known(string option, string value, string known) => RefusedAsync("secret\n", known, [.. Names, option, value]);

    [TestCase("", "client")]
    [TestCase("a\u001bb", "a client name has no control characters, but \"a\\u{1b}b\" has")]
    [TestCase("a\nb", "a client name has no control characters")]
    public Task A_wrong_client_name_is_refused_with_what_is_known(string name, string known) => RefusedAsync("secret\n", known, ["--server", "s", "--client", name]);

    private async Task RefusedInAShellAsync(string before, string after, string says)
    {
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "bash", "-c", $"{before}dotnet '{HarnessProcess.Program}' enroll --client c --server s{after}");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    private async Task<Ended> RefusedAsync(string input, string says, string[]? options = null)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, input, ["enroll", .. options ?? Names]);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says).And.Contain("next: ./harness enroll --help").And.Not.Contain("(Parameter"));
        Assert.That(ended.Stdout, Is.Empty);
        return ended;
    }

    [Test]
    public async Task A_terminal_is_asked_twice_and_shows_nothing_of_what_is_typed()
    {
        await using var terminal = OnATerminal("> accounts.yaml");
        await terminal.WaitForAsync("password: ");
        await terminal.SayAsync("correct horse\n");
        await terminal.WaitForAsync("once more: ");
        await terminal.SayAsync("wrong\u007f\u007f\u007f\u007f\u007fcorrect horse\n"); // the terminal's own line editing works
        var ended = await terminal.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Not.Contain("corr").And.Not.Contain("horse").And.Not.Contain("wrong"));
        Assert.That(AccountFile.Load(_work["accounts.yaml"], "lab-broker").Accounts.Single().Verifier.ToArray(),
            Is.EqualTo(Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "sensor-7", "lab-broker", "correct horse")));
    }

    [Test]
    public async Task Two_different_answers_enrol_nothing()
    {
        await using var terminal = OnATerminal("> accounts.yaml");
        await terminal.WaitForAsync("password: ");
        await terminal.SayAsync("one\n");
        await terminal.WaitForAsync("once more: ");
        await terminal.SayAsync("two\n");
        var ended = await terminal.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("differ"));
        Assert.That(File.ReadAllText(_work["accounts.yaml"]), Is.Empty);
    }

    [Test]
    public async Task Ctrl_C_at_the_prompt_ends_with_130_and_the_terminal_shows_again_what_is_typed()
    {
        await using var terminal = OnATerminal("; status=$?; stty -a | grep -ow -e '-\\?echo'; exit $status");
        await terminal.WaitForAsync("password: ");
        await terminal.SayAsync("half a pass\u0003");
        var ended = await terminal.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(130), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("\necho").And.Not.Contain("-echo").And.Not.Contain("half"));
    }

    /// <summary>Starts enroll with a pseudo-terminal as its standard input and error; the terminal's output comes on our stdout.</summary>
    private HarnessProcess OnATerminal(string rest) => HarnessProcess.StartProgram(
        _work.Path, "script", "-qec", $"trap : INT; dotnet '{HarnessProcess.Program}' enroll --client sensor-7 --server lab-broker {rest}", "/dev/null");
}
