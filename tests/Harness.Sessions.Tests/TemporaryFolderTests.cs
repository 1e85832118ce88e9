using System.Diagnostics;

namespace Harness.Sessions.Tests;

/// <summary>Checks folders that outlived their owners: the next of their kind removes them, and no other.</summary>
[TestFixture]
[CancelAfter(120_000)]
internal sealed class TemporaryFolderTests
{
    private readonly string _kind = $"harness-kind{Guid.NewGuid().ToString("N")[..8]}";

    [TearDown]
    public void RemoveFolders() => Array.ForEach(Directory.GetDirectories(Path.GetTempPath(), _kind + "-*"), folder => Directory.Delete(folder, recursive: true));

    [Test]
    public void A_folder_goes_with_its_owner()
    {
        string path;
        using (var folder = new TemporaryFolder(_kind))
        {
            path = folder.Path;
            File.WriteAllText(Path.Combine(path, "ca.pem"), "x");
            Assert.That(new DirectoryInfo(path).UnixFileMode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }

        Assert.That(Directory.Exists(path), Is.False);
    }

    /// <summary>flock(1) holds the file as this program does, and is killed in its place.</summary>
    [Test]
    public async Task The_folder_of_a_killed_owner_goes_at_the_next_start_and_that_of_a_living_one_stays(CancellationToken stop)
    {
        var other = Directory.CreateTempSubdirectory(_kind + "-").FullName;
        File.WriteAllText(Path.Combine(other, "ca.pem"), "x");
        using var owner = Process.Start(new ProcessStartInfo("flock", [Path.Combine(other, ".owner"), "/bin/sh", "-c", "echo held; exec sleep 100"]) { RedirectStandardOutput = true })!;
        await owner.StandardOutput.ReadLineAsync(stop);
        using var own = new TemporaryFolder(_kind);
        using (new TemporaryFolder(_kind))
        {
            Assert.That(Directory.Exists(other), Is.True);
        }

        owner.Kill(entireProcessTree: true);
        await owner.WaitForExitAsync(stop);

        // The kernel lets go of the lock when the last that inherited the file is gone: a moment after the kill.
        while (Directory.Exists(other))
        {
            stop.ThrowIfCancellationRequested();
            new TemporaryFolder(_kind).Dispose();
        }

        Assert.That(Directory.Exists(own.Path), Is.True);
    }

    [TestCase(2, ExpectedResult = false)]
    [TestCase(0, ExpectedResult = true)]
    public bool A_folder_that_nobody_ever_owned_stays_for_an_hour(int hours)
    {
        var other = Directory.CreateTempSubdirectory(_kind + "-").FullName;
        Directory.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddHours(-hours));
        new TemporaryFolder(_kind).Dispose();
        return Directory.Exists(other);
    }
}
