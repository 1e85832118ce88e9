namespace Harness.Record.Tests;

public sealed class RecordCheckTests : TemporaryFolderTests
{
    private string[] _lines = [];

    [SetUp]
    public void WriteRecord()
    {
        Write();
        _lines = File.ReadAllLines(_folder.Record);
    }

    [Test]
    public void A_record_as_it_was_written_is_whole()
    {
        var check = RecordCheck.Of(_folder.Path);
        Assert.That((check.State, check.Lines, check.Findings.Count, check.Notes.Count), Is.EqualTo((RecordState.Whole, 6, 0, 0)));
    }

    [Test]
    public void Any_byte_that_is_changed_is_found_but_in_the_last_line_which_only_a_signature_covers()
    {
        var whole = File.ReadAllBytes(_folder.Record);
        var last = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var at = 0; at < last; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            File.WriteAllBytes(_folder.Record, changed);
            Assert.That(RecordCheck.Of(_folder.Record).State, Is.EqualTo(RecordState.Changed), $"byte {at}");
        }
    }

    [Test]
    public void A_changed_line_is_named() => Assert.That(
        FindingsOf(_lines.Select((line, i) => i == 2 ? line.Replace("note 1", "note 9", StringComparison.Ordinal) : line)), Is.EqualTo(new[] { "line 3 was changed" }));

    [Test]
    public void Lines_taken_out_are_named() => Assert.That(FindingsOf([.. _lines[..2], .. _lines[4..]]), Is.EqualTo(new[] { "events 3 to 4 were taken out before line 3" }));

    [Test]
    public void A_line_put_in_is_named() => Assert.That(FindingsOf([.. _lines[..3], _lines[1], .. _lines[3..]]), Has.Some.EqualTo("lines were put in, or put in another order, before line 4"));

    [Test]
    public void A_begin_that_was_cut_off_is_named() => Assert.That(FindingsOf(_lines[1..]), Has.Some.Contains("the begin was cut off: line 1 is event 2, note-taken"));

    [Test]
    public void A_line_after_the_end_is_named() => Assert.That(FindingsOf([.. _lines, _lines[1]]), Has.Some.EqualTo("line 7 was added after the end of the run"));

    [TestCase("nonsense")]
    [TestCase("[1]")]
    [TestCase("{\"event\":1,\"seq\":\"x\"}")]
    [TestCase("null")]
    [TestCase("{\"event\":\"files-kept\",\"seq\":4,\"files\":null}")]
    [TestCase("{\"event\":\"files-kept\",\"seq\":4,\"files\":[null]}")]
    [TestCase("{\"event\":\"files-kept\",\"seq\":4,\"files\":[{\"name\":null,\"bytes\":1,\"sha256\":\"\"}]}")]
    public void A_line_that_is_no_event_is_named(string line) => Assert.That(FindingsOf([.. _lines[..3], line, .. _lines[3..]]), Has.Some.EqualTo("line 4 is no event"));

    [TestCase("1e99")]
    [TestCase("2.5")]
    [TestCase("-3")]
    public void A_schema_that_is_no_version_is_checked_as_any_other(string schema) => Assert.That(
        FindingsOf(_lines.Select((line, i) => i == 0 ? line.Replace("\"schema\":2", $"\"schema\":{schema}", StringComparison.Ordinal) : line)), Has.Some.EqualTo("line 1 was changed"));

    [Test]
    public void A_record_cut_at_its_end_is_cut_and_not_changed()
    {
        File.WriteAllText(_folder.Record, string.Join('\n', _lines[..4]) + "\n" + _lines[4][..20]);
        var check = RecordCheck.Of(_folder.Record);
        Assert.That((check.State, check.Findings.Count), Is.EqualTo((RecordState.Cut, 0)));
        Assert.That(check.Notes, Has.Some.Contains("cut in line 5").And.Some.Contains("ends after line 4 without run-finished"));
    }

    [Test]
    public void An_event_that_a_full_disk_took_is_a_note_and_no_change()
    {
        // A gap in the numbers over a whole chain, as a failed write leaves it.
        string[] lines = [_lines[0], _lines[1].Replace("\"seq\":2", "\"seq\":4", StringComparison.Ordinal)];
        File.WriteAllText(_folder.Record, string.Join('\n', lines) + "\n");
        var check = RecordCheck.Of(_folder.Record);
        Assert.That(check.Notes, Has.Some.Contains("events 2 to 3 were never written"));
        Assert.That(check.State, Is.EqualTo(RecordState.Cut));
    }

    [Test]
    public void A_record_of_schema_1_has_nothing_to_check()
    {
        var kept = Path.Combine(TestContext.CurrentContext.TestDirectory, "Kept", "schema-1.jsonl");
        Assert.That(RecordCheck.Of(kept).State, Is.EqualTo(RecordState.Unchained));
    }

    [Test]
    public void A_signature_holds_until_the_last_line_is_changed()
    {
        using var key = RecordSigningKey.Load(KeyFile());
        Assert.That(RecordCheck.Sign(_folder.Path, key).State, Is.EqualTo(RecordState.Whole));
        Assert.That(RecordCheck.Of(_folder.Path, PublicKeyFile()), Has.Property("State").EqualTo(RecordState.Whole).And.Property("Signers").EqualTo(new[] { key.Fingerprint }));

        File.WriteAllText(_folder.Record, File.ReadAllText(_folder.Record).Replace("\"exit_code\":0", "\"exit_code\":1", StringComparison.Ordinal));
        Assert.That(RecordCheck.Of(_folder.Path).Findings, Has.Some.EqualTo("the signature in line 7 does not hold"));
    }

    [Test]
    public void A_writer_signs_the_end_of_its_own_run_and_the_reader_reads_it()
    {
        using var signed = new TemporaryFolder();
        using (var key = RecordSigningKey.Load(KeyFile()))
        using (var writer = RecordWriter.Create(signed.Path))
        {
            writer.Write(Any.Started());
            writer.Write(RunFinished.From(default, 1));
            writer.Sign(key);
        }

        Assert.That(RecordCheck.Of(signed.Path, PublicKeyFile()).State, Is.EqualTo(RecordState.Whole));
        Assert.That(RecordReader.Read(signed.Path).Last(), Is.TypeOf<RecordSigned>());
    }

    [Test]
    public void A_record_that_is_signed_already_or_was_changed_is_not_signed_again()
    {
        using var key = RecordSigningKey.Load(KeyFile());
        RecordCheck.Sign(_folder.Path, key);
        RecordCheck.Sign(_folder.Path, key);
        Assert.That(File.ReadAllLines(_folder.Record), Has.Length.EqualTo(7));

        File.WriteAllText(_folder.Record, string.Join('\n', _lines[1..]) + "\n");
        Assert.That(RecordCheck.Sign(_folder.Path, key).State, Is.EqualTo(RecordState.Changed));
        Assert.That(File.ReadAllLines(_folder.Record), Has.Length.EqualTo(5));
    }

    [Test]
    public void A_record_that_another_key_signed_or_none_is_not_that_of_a_trusted_key()
    {
        var trusted = PublicKeyFile();
        Assert.That(RecordCheck.Of(_folder.Path, trusted).Findings, Has.Some.Contains("the record is not signed"));
        using (var other = RecordSigningKey.Load(KeyFile("other.pem", ECDsa.Create(ECCurve.NamedCurves.nistP256))))
        {
            RecordCheck.Sign(_folder.Path, other);
        }

        Assert.That(RecordCheck.Of(_folder.Path, trusted).Findings, Has.Some.Contains("no signature of the key SHA256:"));
    }

    [Test]
    public void OpenSSL_verifies_the_signature_by_the_commands_of_the_document()
    {
        NeedsProgram.Find("openssl", "openssl");
        NeedsProgram.Find("jq", "jq");
        using (var key = RecordSigningKey.Load(KeyFile()))
        {
            RecordCheck.Sign(_folder.Path, key);
        }

        var commands = RecordDocument.Commands();
        Assert.That(commands, Does.Contain("openssl dgst").And.Contain("sha256sum"));
        PublicKeyFile();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-ec", commands]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEnd(), shell.StandardError.ReadToEnd());
        shell.WaitForExit();
        Assert.That(shell.ExitCode, Is.Zero, error);
        Assert.That(output, Does.Contain("Verified OK"));
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public void A_key_that_others_may_read_is_refused(UnixFileMode others)
    {
        var file = KeyFile();
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
#pragma warning restore CA1416
        Assert.That(() => RecordSigningKey.Load(file), Throws.TypeOf<RecordException>().With.Message.Contains("its owner alone").And.Message.Contains("Next: chmod 600 '"));
    }

    [Test]
    public void A_file_that_is_no_plain_key_on_P256_is_refused_without_a_word_of_its_content()
    {
        using var wrongCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var ours = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var encrypted = ours.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        string[] texts = [wrongCurve.ExportPkcs8PrivateKeyPem(), ours.ExportSubjectPublicKeyInfoPem(), encrypted, "s3cr3t-content", ""];
        foreach (var text in texts)
        {
            Assert.That(
                () => RecordSigningKey.Load(Private("bad.pem", text)),
                Throws.TypeOf<RecordException>().With.Message.Contains("expected a").And.Message.Not.Contains("s3cr3t").And.Message.Contains("Next: openssl"));
        }

        Assert.That(() => RecordSigningKey.Load(Path.Combine(_folder.Path, "none.pem")), Throws.TypeOf<RecordException>().With.Message.Contains("no such key"));
        Assert.That(() => RecordCheck.Of(_folder.Path, Private("bad.pem", "x")), Throws.TypeOf<RecordException>().With.Message.Contains("expected a public key"));
    }

    [Test]
    public void A_key_in_the_older_form_of_PEM_is_read()
    {
        using var ours = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = RecordSigningKey.Load(Private("sec1.pem", ours.ExportECPrivateKeyPem()));
        Assert.That(key.Fingerprint, Does.StartWith("SHA256:"));
    }

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [OneTimeTearDown]
    public void EndKey() => _key.Dispose();

    private string KeyFile(string name = "key.pem", ECDsa? key = null) => Private(name, (key ?? _key).ExportPkcs8PrivateKeyPem());

    private string PublicKeyFile() => Private("public.pem", _key.ExportSubjectPublicKeyInfoPem());

    private string Private(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        return path;
    }

    private IReadOnlyList<string> FindingsOf(IEnumerable<string> lines)
    {
        File.WriteAllText(_folder.Record, string.Join('\n', lines) + "\n");
        var check = RecordCheck.Of(_folder.Record);
        Assert.That(check.State, Is.EqualTo(RecordState.Changed));
        return check.Findings;
    }

    private void Write()
    {
        using var writer = RecordWriter.Create(_folder.Path);
        writer.Write(Any.Started());
        for (var i = 0; i < 4; i++)
        {
            writer.Write(Any.Note($"note {i}"));
        }

        writer.Write(RunFinished.From(default, 1));
    }
}
