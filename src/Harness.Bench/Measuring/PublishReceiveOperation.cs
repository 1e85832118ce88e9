using Harness.Sessions.Testbed;

namespace Harness.Bench.Measuring;

/// <summary>One payload from the device through the rig's broker to a subscriber in this process, from plaintext to plaintext.</summary>
/// <remarks>Timed by the host's clock alone; the device's own part is the operation <c>seal</c>.</remarks>
internal sealed class PublishReceiveOperation : IMeasuredOperation
{
    private const string Receiver = "measure-receiver";
    private readonly SchemeTestbed _testbed;
    private readonly byte[] _payload;

    private PublishReceiveOperation(OperationTarget target, SchemeTestbed testbed) =>
        (Entry, _testbed, _payload) = (target.Entry, testbed, target.Payload());

    public OperationEntry Entry { get; }

    /// <summary>Starts a broker, logs both ends in and waits for their traffic key.</summary>
    [MeasuredOperation(
        OperationNames.PublishReceive, "a payload sealed, carried by the broker, opened by a subscriber here", "message", Order = 27,
        Scope = OperationScope.EndToEnd, Parameters = OperationParameters.Group | OperationParameters.KeyBits | OperationParameters.Bytes)]
    public static async ValueTask<IMeasuredOperation> OpenAsync(OperationTarget target, CancellationToken cancellationToken)
    {
        var (bench, party, identity) = (target.Bench, target.Party, target.NewIdentity());
        var testbed = new SchemeTestbed(bench.TestbedOptions() with { Topic = "harness/measure" });
        try
        {
            testbed.Add(party.Name, identity, party, DevicePart.Publisher);
            testbed.AddHost(Receiver, identity with { Client = Receiver, Group = bench.Rig.Group }, DevicePart.Subscriber);
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
            return new PublishReceiveOperation(target, testbed);
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
