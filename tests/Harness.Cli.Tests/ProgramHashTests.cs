using System.Reflection.PortableExecutable;
using Harness.Cli.Recording;

namespace Harness.Cli.Tests;

/// <summary>A build is known by what was compiled, not by the folder it was compiled in.</summary>
public sealed class ProgramHashTests
{
    private static IEnumerable<string> Assemblies() => Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileName).OfType<string>()
        .Where(name => name == "harness.dll" || (name.StartsWith("Harness.", StringComparison.Ordinal) && !name.Contains("Tests", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Assemblies))]
    public void An_assembly_of_the_program_holds_no_path_of_its_checkout(string name)
    {
        using var assembly = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name)));
        var symbols = assembly.ReadDebugDirectory().Where(entry => entry.Type == DebugDirectoryEntryType.CodeView).Select(entry => assembly.ReadCodeViewDebugDirectoryData(entry).Path);
        Assert.That(symbols, Has.All.StartsWith("/_/src/"), "with the path in it, the same sources would be another build in another folder");
    }

    [Test]
    public void The_program_has_a_hash() => Assert.That(ProgramHash.Value, Does.Match("^[0-9a-f]{16}$"));
}
