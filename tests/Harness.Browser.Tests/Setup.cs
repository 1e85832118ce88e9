namespace Harness.Browser.Tests;

/// <summary>Removes what npm installed for these tests.</summary>
[SetUpFixture]
public sealed class Setup
{
    [OneTimeTearDown]
    public void Clear() => PageTools.Delete();
}
