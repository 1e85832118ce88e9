using Harness.Crypto;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Bench.Measuring;

/// <summary>One payload from the device through the rig's broker to a subscriber in this process, from plaintext to plaintext.</summary>
/// <remarks>Timed by the host's clock alone; the device's own part is the operation <c>seal</c>.</remarks>
internal sealed class PublishReceiveOperation : IMeasuredOperation
{
    private const string Topic = "harness/measure";
    private const string Receiver = "measure-receiver";
    private readonly SecureBroker _broker;
    private readonly DeviceSession _publisher;
    private readonly DeviceSession _subscriber;
    private readonly HostParty _receiver;
    private readonly byte[] _payload;
    private readonly TimeSpan _patience;

    private PublishReceiveOperation(
        OperationEntry entry, SecureBroker broker, DeviceSession publisher, DeviceSession subscriber, HostParty receiver, int bytes, TimeSpan patience)
    {
        (Entry, _broker, _publisher, _subscriber, _receiver, _patience) = (entry, broker, publisher, subscriber, receiver, patience);
        _payload = [.. Enumerable.Range(0, bytes).Select(i => (byte)('a' + (i % 26)))];
    }

    public OperationEntry Entry { get; }

    /// <summary>Starts a broker, logs both ends in and waits for their traffic key.</summary>
    public static async ValueTask<PublishReceiveOperation> OpenAsync(
        OperationEntry entry, TestBench bench, IParty party, PartyIdentity identity, int bytes, CancellationToken cancellationToken)
    {
        var patience = bench.Rig.Timeouts.Handshake;
        var other = identity with { Client = Receiver, Group = bench.Rig.Group };
        var receiver = new HostParty(Receiver);
        var broker = await SecureBroker.StartAsync(
            new SecureBrokerOptions
            {
                ServerName = bench.Rig.Server, Pairs = [new KeyPair(identity.Client, Receiver, Topic)], KeyBits = bench.Rig.KeyBits,
                Accounts = [Account(identity), Account(other)], Address = bench.Rig.Broker.Address, Port = bench.Rig.Broker.Port,
                StartBroker = bench.StartBroker, HandshakeTimeout = patience,
            },
            cancellationToken).ConfigureAwait(false);
        DeviceSession? publisher = null, subscriber = null;
        try
        {
            DeviceSessionOptions Options(PartyIdentity who) => new()
            {
                Endpoint = broker.Endpoint, Identity = who, KeyBits = bench.Rig.KeyBits, Connect = bench.ConnectClient, LoginTimeout = patience,
            };
            publisher = await DeviceSession.LoginAsync(party, Options(identity), cancellationToken).ConfigureAwait(false);
            subscriber = await DeviceSession.LoginAsync(receiver, Options(other), cancellationToken).ConfigureAwait(false);
            await subscriber.SubscribeAsync(Topic, cancellationToken).ConfigureAwait(false);
            var fingerprint = broker.TrafficKeyFingerprint(identity.Client, Receiver);
            await publisher.WaitForTrafficKeyAsync(patience, fingerprint, cancellationToken).ConfigureAwait(false);
            await subscriber.WaitForTrafficKeyAsync(patience, fingerprint, cancellationToken).ConfigureAwait(false);
            return new PublishReceiveOperation(entry, broker, publisher, subscriber, receiver, bytes, patience);
        }
        catch
        {
            await EndAsync(publisher, subscriber, broker, receiver).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        var begun = timer.Begin();
        await _publisher.PublishSealedAsync(Topic, _payload, cancellationToken).ConfigureAwait(false);
        var opened = await _subscriber.ReceiveAndOpenAsync(_patience, cancellationToken).ConfigureAwait(false);
        await timer.EndAsync(begun, null, cancellationToken).ConfigureAwait(false);
        if (!opened.Plaintext.Span.SequenceEqual(_payload))
        {
            throw new CheckFailedException($"payload of {_publisher.Device}", "to arrive as it was sent", "another");
        }
    }

    public ValueTask DisposeAsync() => EndAsync(_publisher, _subscriber, _broker, _receiver);

    private static Account Account(PartyIdentity who) => Enrolment.Create(
        who.Client, who.Server, AugPakeGroup.ByName(who.Group), AugPakeProfiles.Parse(who.Profile), who.Password);

    private static async ValueTask EndAsync(DeviceSession? publisher, DeviceSession? subscriber, SecureBroker broker, HostParty receiver)
    {
        foreach (var session in (DeviceSession?[])[publisher, subscriber])
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }

        await broker.DisposeAsync().ConfigureAwait(false);
        receiver.Dispose();
    }
}
