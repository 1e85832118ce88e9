namespace Harness.Cli.Tests.Shell;

/// <summary>Tests that each have a folder of their own.</summary>
public abstract class WorkFolderTests : IDisposable
{
    private protected readonly WorkFolder _work = new();

    public void Dispose()
    {
        _work.Dispose();
        GC.SuppressFinalize(this);
    }
}
