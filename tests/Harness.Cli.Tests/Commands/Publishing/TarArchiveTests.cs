using System.Formats.Tar;
using System.IO.Compression;

namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>An archive whose bytes depend on names, contents and executable bits alone.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TarArchiveTests : IDisposable
{
    private static readonly DateTimeOffset _time = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Test]
    public void Two_folders_with_the_same_files_give_the_same_bytes_whenever_and_in_whatever_order_they_were_written()
    {
        string[] names = ["b/two", "a", "B/one", "b.txt"];
        Fill("one/release", names, DateTime.UtcNow);
        Fill("two/release", names.Reverse(), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
#pragma warning disable CA1416 // Linux
        File.SetUnixFileMode(_work["two/release/a"], (UnixFileMode)0b110_000_000);
#pragma warning restore CA1416
        TarArchive.Write(_work["one/release"], _work["one.tar.gz"], _time);
        var size = TarArchive.Write(_work["two/release"], _work["two.tar.gz"], _time);
        Assert.That(File.ReadAllBytes(_work["two.tar.gz"]), Is.EqualTo(File.ReadAllBytes(_work["one.tar.gz"])));
        Assert.That(size, Is.EqualTo(new FileInfo(_work["two.tar.gz"]).Length));
    }

    [Test]
    public void Entries_are_sorted_and_have_one_time_one_owner_and_two_modes()
    {
        Fill("release", ["z", "run", "d/f"], DateTime.UtcNow);
#pragma warning disable CA1416 // Linux
        File.SetUnixFileMode(_work["release/run"], (UnixFileMode)0b111_000_000);
#pragma warning restore CA1416
        TarArchive.Write(_work["release"], _work["r.tar.gz"], _time);
        using var tar = new TarReader(new GZipStream(File.OpenRead(_work["r.tar.gz"]), CompressionMode.Decompress));
        var entries = new List<TarEntry>();
        while (tar.GetNextEntry() is { } entry)
        {
            entries.Add(entry);
        }

        Assert.That(entries.Select(entry => entry.Name), Is.EqualTo(new[] { "release/", "release/d/", "release/d/f", "release/run", "release/z" }));
        Assert.That(entries.Select(entry => (entry.ModificationTime, entry.Uid, entry.Gid)), Is.All.EqualTo((_time, 0, 0)));
        Assert.That(entries.Select(entry => Convert.ToString((int)entry.Mode, 8)), Is.EqualTo(new[] { "755", "755", "644", "755", "644" }));
    }

    [Test]
    public async Task The_sums_are_of_every_file_and_sha256sum_checks_them()
    {
        Fill("release", ["z y", "d/f"], DateTime.UtcNow);
        Checksums.WriteInto(_work["release"]);
        var first = await File.ReadAllTextAsync(_work["release/SHA256SUMS"]);
        Checksums.WriteInto(_work["release"]);
        Assert.That(await File.ReadAllTextAsync(_work["release/SHA256SUMS"]), Is.EqualTo(first), "the list is not in itself");
        var good = await HarnessProcess.RunProgramAsync(_work["release"], "", "sha256sum", "-c", "SHA256SUMS");
        Assert.That((good.ExitCode, good.Stdout), Is.EqualTo((0, "d/f: OK\nz y: OK\n")), good.ToString());
        _work.Write("release/d/f", "altered");
        Assert.That((await HarnessProcess.RunProgramAsync(_work["release"], "", "sha256sum", "-c", "SHA256SUMS")).ExitCode, Is.EqualTo(1));
    }

    private void Fill(string folder, IEnumerable<string> names, DateTime time)
    {
        foreach (var name in names)
        {
            File.SetLastWriteTimeUtc(_work.Write($"{folder}/{name}", $"content of {name}"), time);
        }
    }
}
