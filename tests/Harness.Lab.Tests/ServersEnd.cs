using Harness.Lab.Tests.History;

namespace Harness.Lab.Tests;

/// <summary>Ends the database server, after the last test.</summary>
[SetUpFixture]
public sealed class ServersEnd
{
    [OneTimeTearDown]
    public void End() => PostgresServer.EndShared();
}
