namespace Harness.Cli.Tests.Commands;

/// <summary>Tests of commands that each have a folder of their own.</summary>
public abstract class TypedCommandTests : IDisposable
{
    private protected readonly TypedCommand _typed = new();

    public void Dispose()
    {
        _typed.Dispose();
        GC.SuppressFinalize(this);
    }
}
