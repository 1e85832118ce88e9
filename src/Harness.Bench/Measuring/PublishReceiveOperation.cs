using Harness.Sessions.Testbed;

namespace Harness.Bench.Measuring;

/// <summary>One payload from the device through the rig's broker to a subscriber in this process, from plaintext to plaintext.</summary>
/// <remarks>Timed by the host's clock alone; the device's own part is the operation <c>seal</c>.</remarks>
internal sealed class PublishReceiveOperation : IMeasuredOperation
{
    private const string Receiver = "measure-receiver";
    private readonly SchemeTestbed _testbed;
    private readonly byte[] _payload;

    private PublishReceiveOperation(OperationEntry entry, SchemeTestbed testbed, int bytes)
    {
        (Entry, _testbed) = (entry, testbed);
        _payload = [.. Enumerable.Range(0, bytes).Select(i => (byte)('a' + (i % 26)))];
    }

    public OperationEntry Entry { get; }

    /// <summary>Starts a broker, logs both ends in and waits for their traffic key.</summary>
    public static async ValueTask<PublishReceiveOperation> OpenAsync(
        OperationEntry entry, TestBench bench, IParty party, PartyIdentity identity, int bytes, CancellationToken cancellationToken)
    {
        var testbed = new SchemeTestbed(bench.TestbedOptions() with { Topic = "harness/measure" });
        try
        {
            testbed.Add(party.Name, identity, party, DevicePart.Publisher);
            testbed.AddHost(Receiver, identity with { Client = Receiver, Group = bench.Rig.Group }, DevicePart.Subscriber);
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
            return new PublishReceiveOperation(entry, testbed, bytes);
        }
        catch
        {
            await testbed.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        var begun = timer.Begin();
        await _testbed.PublishAsync(_payload, cancellationToken).ConfigureAwait(false);
        var opened = await _testbed.Subscriber.ReceiveAndOpenAsync(cancellationToken).ConfigureAwait(false);
        await timer.EndAsync(begun, null, cancellationToken).ConfigureAwait(false);
        if (!opened.Plaintext.Span.SequenceEqual(_payload))
        {
            throw new CheckFailedException($"payload of {_testbed.Publisher.Name}", "to arrive as it was sent", "another");
        }
    }

    public ValueTask DisposeAsync() => _testbed.DisposeAsync();
}
