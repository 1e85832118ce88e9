using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;

namespace Harness.Cli.Tests;

/// <summary>A lab's own assembly, from an empty folder: written, built, run, recorded; and each reason to refuse one.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PluginTests
{
    private string _folder = "";

    private string Dll => Path.Combine(_folder, "my-lab", "bin", "my-lab.dll");

    [OneTimeSetUp]
    public async Task WriteAndBuild()
    {
        _folder = Directory.CreateTempSubdirectory("plugin").FullName;
        var written = await HarnessProcess.RunAsync(_folder, "new", "plugin", "my-lab");
        Assert.That(written.ExitCode, Is.Zero, written.ToString());
        Assert.That(written.Stdout, Does.Contain("next: dotnet build my-lab && ./harness run --rig my-lab/rig.yaml my-lab/features"));
        var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "my-lab", "-nologo", "-v", "q", $"-p:HarnessAssemblies={AppContext.BaseDirectory}"])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true,
        })!;
        var said = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.That(build.ExitCode, Is.Zero, said);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_new_plugin_s_feature_passes_and_the_record_names_it()
    {
        var ended = await HarnessProcess.RunAsync(_folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "out");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var record = RecordReader.Read(Path.Combine(_folder, "out", "run.jsonl")).ToList();
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Dll)));
        Assert.Multiple(() =>
        {
            Assert.That(record.OfType<RunStarted>().Single().Plugins, Is.EqualTo(new[] { new PluginUsed("my-lab", "0.1.0", hash, "my-lab/bin/my-lab.dll") }));
            Assert.That(record.OfType<ScenarioFinished>().Select(s => s.Plugins), Has.Exactly(2).EqualTo(new[] { "my-lab" }));
            Assert.That(ended.Stdout.ReplaceLineEndings(" "), Does.Contain("plugin my-lab 0.1.0").And.Contain("in 2 of 2 scenarios"));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "out", "summary.md")), Does.Contain(hash));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "out", "junit.xml")), Does.Contain(hash));
        });

        // Readers need no plugin: the record says all.
        File.Move(Dll, Dll + ".away");
        try
        {
            var report = await HarnessProcess.RunAsync(_folder, "report", "out", "--json");
            Assert.That(report.Stdout, Does.Contain(hash), report.ToString());
            var show = await HarnessProcess.RunAsync(_folder, "rig", "show", "my-lab/rig.yaml");
            Assert.That(show.ExitCode, Is.Zero, show.ToString());
            var run = await HarnessProcess.RunAsync(_folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "out2");
            Assert.That((run.ExitCode, run.Stderr), Is.EqualTo((ExitCodes.Usage, $"harness: plugin {Dll}: no such file; next: dotnet build {Path.Combine(_folder, "my-lab")}\n")));
        }
        finally
        {
            File.Move(Dll + ".away", Dll);
        }
    }

    [Test]
    public async Task A_verdict_of_the_harness_s_own_steps_is_not_marked()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "own.feature"), """
            Feature: own
              Scenario: A plain login
                Given a broker with enhanced authentication
                And host is enrolled at the broker
                When host logs in
                Then the login succeeds
            """);
        var ended = await HarnessProcess.RunAsync(_folder, "run", "--rig", "my-lab/rig.yaml", "own.feature", "--out", "out-own");
        Assert.That(RecordReader.Read(Path.Combine(_folder, "out-own", "run.jsonl")).OfType<ScenarioFinished>().Single().Plugins, Is.Null, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("none of its steps ran"));
    }

    [Test]
    public async Task Its_steps_are_listed_and_checked()
    {
        var list = await HarnessProcess.RunAsync(_folder, "steps", "degrees", "--plugin", "my-lab/bin/my-lab.dll");
        Assert.That(list.Stdout, Does.Contain("the air of my-lab has between"), list.ToString());
        var check = await HarnessProcess.RunAsync(_folder, "steps", "--check", "my-lab/features", "--rig", "my-lab/rig.yaml");
        Assert.That(check.ExitCode, Is.Zero, check.ToString());
        var without = await HarnessProcess.RunAsync(_folder, "steps", "--check", "my-lab/features");
        Assert.That((without.ExitCode, without.Stderr.Contains("no such step: Then the air of my-lab", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.Usage, true)), without.ToString());
    }

    [Test]
    public async Task A_file_that_others_may_write_is_refused()
    {
        var copy = Copy("writable", bytes => bytes);
        File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.OtherWrite);
        await Refused(copy, "others than its owner may write this file", $"chmod go-w {copy}");
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.GetDirectoryName(copy)!, (UnixFileMode)0x1FF); // 0777
        await Refused(copy, "others than its owner may replace files in", $"chmod go-w {Path.GetDirectoryName(copy)}");
    }

    [Test]
    public Task Another_version_of_the_harness_is_told() => Refused(
        Copy("version", OfAnotherVersion), "was built against Harness.Steps 9.", "this harness has 0.1.0.0: build it anew");

    [Test]
    public Task A_missing_dependency_is_told() => Refused(
        Copy("dependency", bytes => Replace(bytes, "UnitsNet\0", "UnitsNot\0")), "needs UnitsNot", "neither part of this harness nor beside");

    [Test]
    public Task A_step_of_two_plugins_is_told() => Refused(
        Copy("twin", bytes => Replace(bytes, "my-lab\0", "my-lib\0")), "the step \"Then the air of my-lab has between", "one of them must take another sentence");

    [Test]
    public Task Two_assemblies_of_one_name_are_told() => Refused(Copy("same", bytes => bytes), "is an assembly of the name my-lab, and so is my-lab/bin/my-lab.dll", "next: ls -l");

    [Test]
    public Task A_file_that_is_no_assembly_is_told() => Refused(Copy("text", _ => "hello"u8.ToArray()), "is no .NET assembly", "next: ls -l");

    [TestCase("9lab")]
    [TestCase("../lab")]
    [TestCase("harness-lab")]
    public async Task An_invalid_name_writes_nothing(string name)
    {
        var ended = await HarnessProcess.RunAsync(_folder, "new", "plugin", name, "--out", "none");
        Assert.That((ended.ExitCode, Directory.Exists(Path.Combine(_folder, "none"))), Is.EqualTo((ExitCodes.Usage, false)), ended.ToString());
    }

    [Test]
    public async Task Nothing_is_overwritten()
    {
        var ended = await HarnessProcess.RunAsync(_folder, "new", "plugin", "my-lab");
        Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((ExitCodes.Usage, "harness: my-lab exists and is not empty; nothing is overwritten; next: ./harness new plugin my-lab --out ANOTHER-FOLDER\n")));
    }

    private async Task Refused(string file, params string[] says)
    {
        var ended = await HarnessProcess.RunAsync(_folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "refused", "--plugin", file);
        Assert.Multiple(() =>
        {
            Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Usage), ended.ToString());
            Assert.That(ended.Stderr, Does.StartWith($"harness: plugin {file}: "));
            Assert.That(says.Where(s => !ended.Stderr.Contains(s, StringComparison.Ordinal)), Is.Empty, ended.Stderr);
            Assert.That(Directory.Exists(Path.Combine(_folder, "refused")), Is.False, "nothing ran");
        });
    }

    private string Copy(string name, Func<byte[], byte[]> change)
    {
        var below = Directory.CreateDirectory(Path.Combine(_folder, name));
        var file = Path.Combine(below.FullName, $"{name}.dll");
        File.WriteAllBytes(file, change(File.ReadAllBytes(Dll)));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(below.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    private static byte[] Replace(byte[] bytes, string one, string other)
    {
        var (from, to) = (Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
        var copy = bytes.ToArray();
        for (var at = copy.AsSpan().IndexOf(from); at >= 0; at = copy.AsSpan().IndexOf(from))
        {
            to.CopyTo(copy, at);
        }

        return copy;
    }

    // The first two bytes of a row of the table of references are the major version.
    private static byte[] OfAnotherVersion(byte[] bytes)
    {
        using var image = new PEReader(new MemoryStream(bytes));
        var reader = image.GetMetadataReader();
        var reference = reader.AssemblyReferences.First(r => reader.GetString(reader.GetAssemblyReference(r).Name) == "Harness.Steps");
        var at = image.PEHeaders.MetadataStartOffset + reader.GetTableMetadataOffset(TableIndex.AssemblyRef)
            + ((MetadataTokens.GetRowNumber(reference) - 1) * reader.GetTableRowSize(TableIndex.AssemblyRef));
        var copy = bytes.ToArray();
        copy[at] = 9;
        return copy;
    }
}
