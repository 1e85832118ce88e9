using System.Text.RegularExpressions;
using Harness.Cli.Commands.Doctor;
using Harness.Cli.Commands.Publishing;

namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>The documents of a release lead to nothing that it lacks.</summary>
public sealed partial class ReleaseDocumentsTests
{
    [Test]
    public async Task Files_that_a_document_of_the_release_links_to_are_in_the_release()
    {
        NeedsProgram.Find("git", "git");
        using var work = new WorkFolder();
        var tree = await SourceTree.ReadAsync(ProductPaths.Root, work["log"], TestContext.CurrentContext.CancellationToken);
        var files = tree.Files.ToHashSet(StringComparer.Ordinal);
        var links = tree.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)).SelectMany(file => Links().Matches(File.ReadAllText(Path.Combine(tree.Root, file)))
            .Select(link => (file, target: Path.GetRelativePath(tree.Root, Path.GetFullPath(link.Groups[1].Value, Path.Combine(tree.Root, Path.GetDirectoryName(file)!)))))).ToList();
        Assert.That(files, Does.Contain(SystemChecks.RulesFile), "doctor says that they are to be copied");
        Assert.That(links, Has.Count.GreaterThan(20));
        Assert.That(links.Where(link => !files.Contains(link.target) && !files.Any(file => file.StartsWith(link.target + "/", StringComparison.Ordinal))).Select(link => $"{link.file} -> {link.target}"), Is.Empty);
    }

    // Of Markdown, to a file: not to a page of the web, nor to a section of the same document.
    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]+)")]
    private static partial Regex Links();
}
