namespace Harness.Record.Tests;

/// <summary>Tests that each have a folder of their own.</summary>
public abstract class TemporaryFolderTests
{
    private protected TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();
}
