using Harness.Cli.Commands.Load;

namespace Harness.Cli.Tests.Commands.Load;

/// <summary>Checks the brokers that <c>harness load</c> starts.</summary>
[TestFixture]
public sealed class LoadBrokerTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_broker_ends_with_the_load(CancellationToken stop)
    {
        NeedsProgram.Find("mosquitto", "mosquitto");
        var broker = await LoadBroker.StartAsync("mosquitto", 20, [], stop);
        Assert.That(broker.Process!.ResidentBytes(), Is.Positive);

        await broker.DisposeAsync();

        Assert.That(() => broker.Process!.ResidentBytes(), Throws.InstanceOf<IOException>());
    }
}
