using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Harness.Cli.Tests.Plugins;

/// <summary>A lab's own assembly, from an empty folder: written, built, run, recorded; and each reason to refuse one.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Parallelizable(ParallelScope.Self)]
public sealed class PluginTests
{
    private static string Folder => BuiltPlugin.Folder;

    private static string Dll => BuiltPlugin.Dll;

    [Test]
    public async Task A_new_plugin_s_feature_passes_and_the_record_names_it()
    {
        var ended = await HarnessProcess.RunAloneAsync(Folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "out");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(BuiltPlugin.Wrote, Does.Contain("next: dotnet build my-lab && ./harness run --rig my-lab/rig.yaml my-lab/features"));
        var record = RecordReader.Read(Path.Combine(Folder, "out", "run.jsonl")).ToList();
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Dll)));
        Assert.Multiple(() =>
        {
            Assert.That(record.OfType<RunStarted>().Single().Plugins, Is.EqualTo(new[] { new PluginUsed("my-lab", "0.1.0", hash, "my-lab/bin/my-lab.dll") }));
            Assert.That(record.OfType<ScenarioFinished>().Select(s => s.Plugins), Has.Exactly(2).EqualTo(new[] { "my-lab" }));
            Assert.That(record.OfType<ScenarioFinished>().Select(s => s.PluginParts!.Select(p => p.Part)), Is.EqualTo(new[] { new[] { "sensor", "step" }, ["attack"] }));
            Assert.That(ended.Stdout.ReplaceLineEndings(" "), Does.Contain("plugin my-lab 0.1.0").And.Contain("took part in 2 of 2 scenarios").And.Contain("pass (sensor, step)").And.Contain("pass (attack)"));
            Assert.That(File.ReadAllText(Path.Combine(Folder, "out", "summary.md")), Does.Contain(hash).And.Contain("pass (sensor, step)"));
            Assert.That(File.ReadAllText(Path.Combine(Folder, "out", "junit.xml")), Does.Contain(hash).And.Contain("my-lab: sensor, step"));
        });

        // Readers need no plugin: the record says all.
        File.Move(Dll, Dll + ".away");
        try
        {
            var report = await HarnessProcess.RunAloneAsync(Folder, "report", "out", "--json");
            Assert.That(report.Stdout, Does.Contain(hash).And.Contain("\"part\": \"sensor\""), report.ToString());
            var show = await HarnessProcess.RunAloneAsync(Folder, "rig", "show", "my-lab/rig.yaml");
            Assert.That(show.ExitCode, Is.Zero, show.ToString());
            var run = await HarnessProcess.RunAloneAsync(Folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "out2");
            Assert.That((run.ExitCode, run.Stderr), Is.EqualTo((ExitCodes.Usage, $"harness: plugin {Dll}: no such file; next: dotnet build {ShellWord.Quote(Path.Combine(Folder, "my-lab"))}\n")));
        }
        finally
        {
            File.Move(Dll + ".away", Dll);
        }
    }

    [Test]
    public async Task A_verdict_of_the_harness_s_own_steps_is_not_marked()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "own.feature"), """
            Feature: own
              Scenario: A plain login
                Given a broker with enhanced authentication
                And host is enrolled at the broker
                When host logs in
                Then the login succeeds
            """);
        var ended = await HarnessProcess.RunAloneAsync(Folder, "run", "--rig", "my-lab/rig.yaml", "own.feature", "--out", "out-own");
        Assert.That(RecordReader.Read(Path.Combine(Folder, "out-own", "run.jsonl")).OfType<ScenarioFinished>().Single().Plugins, Is.Null, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("nothing of it took part"));
    }

    [Test]
    public async Task Its_steps_are_listed_and_checked()
    {
        var list = await HarnessProcess.RunAloneAsync(Folder, "steps", "degrees", "--plugin", "my-lab/bin/my-lab.dll");
        Assert.That(list.Stdout, Does.Contain("the air of my-lab has between"), list.ToString());
        var check = await HarnessProcess.RunAloneAsync(Folder, "steps", "--check", "my-lab/features", "--rig", "my-lab/rig.yaml");
        Assert.That(check.ExitCode, Is.Zero, check.ToString());
        var without = await HarnessProcess.RunAloneAsync(Folder, "steps", "--check", "my-lab/features");
        Assert.That((without.ExitCode, without.Stderr.Contains("no such step: Then the air of my-lab", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.Usage, true)), without.ToString());
    }

    [Test]
    public async Task A_file_that_others_may_write_is_refused()
    {
        var copy = Copy("writable", bytes => bytes);
        File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.OtherWrite);
        await Refused(copy, "others than its owner may write this file", $"chmod go-w {ShellWord.Quote(copy)}");
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.GetDirectoryName(copy)!, (UnixFileMode)0x1FF); // 0777
        await Refused(copy, "others than its owner may replace files in", $"chmod go-w {ShellWord.Quote(Path.GetDirectoryName(copy)!)}");
    }

    [Test]
    public async Task A_link_to_a_file_that_others_may_write_or_replace_is_refused()
    {
        var copy = Copy("target", bytes => bytes);
        var link = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "links")).FullName, "linked.dll");
        File.CreateSymbolicLink(link, copy);
        File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.GroupWrite);
        await Refused(link, "others than its owner may write this file", $"chmod go-w {ShellWord.Quote(copy)}");
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.GetDirectoryName(link)!, (UnixFileMode)0x1FF);
        await Refused(link, "others than its owner may replace files in", Path.GetDirectoryName(link)!);
    }

    [Test]
    public async Task A_file_below_a_folder_in_which_others_may_write_is_refused()
    {
        var copy = Copy("above", bytes => bytes);
        var above = Path.GetDirectoryName(copy)!;
        var moved = Path.Combine(Directory.CreateDirectory(Path.Combine(above, "between", "below")).FullName, "above.dll");
        File.Move(copy, moved);
        File.SetUnixFileMode(above, (UnixFileMode)0x1FF);
        await Refused(moved, $"others than its owner may replace files in {above},", $"chmod go-w {ShellWord.Quote(above)}");
        var link = Path.Combine(Folder, "short");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(moved)!);
        await Refused(Path.Combine(link, "above.dll"), $"others than its owner may replace files in {above},");
    }

    [Test]
    public async Task A_file_or_folder_of_another_user_is_refused()
    {
        const uint nobody = 65534;
        var copy = Copy("owned", bytes => bytes);
        Assume.That(LinuxFile.TryGive(copy, nobody), "only root gives files away");
        await Refused(copy, $"another user (number {nobody}) owns this file", "next: cp ");
        Assert.That(LinuxFile.TryGive(copy, 0) && LinuxFile.TryGive(Path.GetDirectoryName(copy)!, nobody));
        await Refused(copy, $"another user (number {nobody}) owns {Path.GetDirectoryName(copy)}", "next: cp -r ");
    }

    [Test]
    public Task Another_version_of_the_harness_is_told() => Refused(
        Copy("version", OfAnotherVersion), "was built against Harness.Steps 9.", "this harness has 0.1.0.0: build it anew");

    [Test]
    public Task A_missing_dependency_is_told() => Refused(
        Copy("dependency", bytes => Replace(bytes, "UnitsNet\0", "UnitsNot\0")), "needs UnitsNot", "neither part of this harness nor beside");

    [Test]
    public Task A_step_of_two_plugins_is_told() => Refused(
        Copy("twin", bytes => Replace(Replace(bytes, "my-lab\0", "my-lib\0"), "my-lab-", "my-lib-")), "the step \"Then ", "is defined by", "one of them must take another sentence");

    [Test]
    public Task Two_assemblies_of_one_name_are_told() => Refused(Copy("same", bytes => bytes), "is an assembly of the name my-lab, and so is my-lab/bin/my-lab.dll", "next: ls -l");

    [Test]
    public Task A_file_that_is_no_assembly_is_told()
    {
        var copy = Copy("text", _ => "hello"u8.ToArray());
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(copy)!, "another.csproj"), "<Project/>");
        return Refused(copy, "is no .NET assembly", "next: ls -l");
    }

    private async Task Refused(string file, params string[] says)
    {
        var ended = await HarnessProcess.RunAloneAsync(Folder, "run", "--rig", "my-lab/rig.yaml", "my-lab/features", "--out", "refused", "--plugin", file);
        Assert.Multiple(() =>
        {
            Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Usage), ended.ToString());
            Assert.That(ended.Stderr, Does.StartWith($"harness: plugin {file}: "));
            Assert.That(says.Where(s => !ended.Stderr.Contains(s, StringComparison.Ordinal)), Is.Empty, ended.Stderr);
            Assert.That(Directory.Exists(Path.Combine(Folder, "refused")), Is.False, "nothing ran");
        });
    }

    private string Copy(string name, Func<byte[], byte[]> change)
    {
        var below = Directory.CreateDirectory(Path.Combine(Folder, name));
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
