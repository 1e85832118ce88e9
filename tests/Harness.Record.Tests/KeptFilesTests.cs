namespace Harness.Record.Tests;

/// <summary>Files beside a record: its end holds their hashes, so that chain and signature stand for them too.</summary>
public sealed class KeptFilesTests : TemporaryFolderTests
{
    private const string Transcript = "transcripts/a b.m4.txt";
    private const string Samples = "samples.csv";

    [SetUp]
    public void WriteRecord()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "transcripts"));
        File.WriteAllBytes(Path.Combine(_folder.Path, Transcript), [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        File.WriteAllText(Path.Combine(_folder.Path, Samples), "");
        Write(_folder.Path, Transcript, Samples, "captures/none.pcapng");
    }

    [Test]
    public void Files_that_are_as_they_were_are_counted()
    {
        var check = RecordCheck.Of(_folder.Path);
        Assert.That((check.State, check.Files, check.Findings.Count), Is.EqualTo((RecordState.Whole, 2, 0)));
        var kept = RecordReader.Read(_folder.Path).OfType<FilesKept>().Single().Files;
        Assert.That(kept.Select(file => (file.Name, file.Bytes)), Is.EqualTo(new[] { (Samples, 0L), (Transcript, 256L) }));
        Assert.That(kept[1].Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder.Path, Transcript))))));
    }

    [TestCase(0)]
    [TestCase(255)]
    public void A_byte_of_a_file_that_is_changed_is_found(int at)
    {
        var path = Path.Combine(_folder.Path, Transcript);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
        AssertFinding($"{Transcript} was changed");
    }

    [Test]
    public void A_file_that_grew_or_is_missing_is_found()
    {
        File.AppendAllText(Path.Combine(_folder.Path, Samples), "1");
        File.Delete(Path.Combine(_folder.Path, Transcript));
        var check = RecordCheck.Of(_folder.Path);
        Assert.That(check.Findings, Is.EqualTo(new[] { $"{Samples} was changed", $"{Transcript} is missing" }));
    }

    [Test]
    public void A_missing_folder_is_found()
    {
        Directory.Delete(Path.Combine(_folder.Path, "transcripts"), recursive: true);
        AssertFinding($"{Transcript} is missing");
    }

    [Test]
    public void A_record_that_names_a_file_outside_its_folder_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        using (var writer = RecordWriter.Create(folder.Path))
        {
            writer.Write(Any.Started());
            writer.Write(new FilesKept { Files = [new KeptFile("../../etc/passwd", 1, new string('0', 64)), new KeptFile("a\0b", 1, new string('0', 64))] });
            writer.Write(RunFinished.From(default, 1));
        }

        Assert.That(RecordCheck.Of(folder.Path).Findings, Has.Count.EqualTo(2).And.Some.Contains("../../etc/passwd leads out of the run's folder"));
        Assert.That(KeptFiles.Of(folder.Path, ["../../etc/passwd", "/etc/passwd", ""]), Is.Empty);
    }

    [Test]
    public void A_record_whose_files_changed_is_not_signed()
    {
        File.Delete(Path.Combine(_folder.Path, Transcript));
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = Path.Combine(_folder.Path, "key.pem");
        File.WriteAllText(pem, pair.ExportPkcs8PrivateKeyPem());
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(pem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        using var key = RecordSigningKey.Load(pem);
        Assert.That(RecordCheck.Sign(_folder.Path, key).State, Is.EqualTo(RecordState.Changed));
        Assert.That(File.ReadAllText(_folder.Record), Does.Not.Contain("record-signed"));
    }

    [Test]
    public void The_document_says_how_to_check_the_files_without_the_harness()
    {
        NeedsProgram.Find("jq", "jq");
        var lines = RecordDocument.Commands().Split('\n').Where(line => line.Contains("files.sha256", StringComparison.Ordinal));
        var commands = string.Join('\n', lines);
        Assert.That(commands, Does.Contain("sha256sum --check"));
        Assert.That(Shell(commands), Is.Zero);
        File.AppendAllText(Path.Combine(_folder.Path, Transcript), "1");
        Assert.That(Shell(commands), Is.Not.Zero);
    }

    [Test]
    public void Many_files_are_several_lines()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Enumerable.Range(0, 2001).Select(i => $"{i:0000}.txt")];
        Array.ForEach(names, name => File.WriteAllText(Path.Combine(folder.Path, name), name));
        Write(folder.Path, names);
        Assert.That(RecordReader.Read(folder.Path).OfType<FilesKept>().Select(e => e.Files.Count), Is.EqualTo(new[] { 1000, 1000, 1 }));
        Assert.That(RecordCheck.Of(folder.Path), Has.Property("State").EqualTo(RecordState.Whole).And.Property("Files").EqualTo(2001));
    }

    private int Shell(string commands)
    {
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-ec", commands]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        shell.WaitForExit();
        return shell.ExitCode;
    }

    private void AssertFinding(string finding)
    {
        var check = RecordCheck.Of(_folder.Path);
        Assert.That((check.State, check.Findings.Single()), Is.EqualTo((RecordState.Changed, finding)));
    }

    private static void Write(string folder, params string[] files)
    {
        using var writer = RecordWriter.Create(folder);
        writer.Write(Any.Started());
        foreach (var kept in KeptFiles.Of(folder, files))
        {
            writer.Write(kept);
        }

        writer.Write(RunFinished.From(default, 1));
    }
}
