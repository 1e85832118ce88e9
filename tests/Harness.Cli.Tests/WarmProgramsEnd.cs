namespace Harness.Cli.Tests;

/// <summary>Ends the processes that stay, after the last test.</summary>
[SetUpFixture]
public sealed class WarmProgramsEnd
{
    [OneTimeTearDown]
    public void End() => WarmProgram.EndAll();
}
