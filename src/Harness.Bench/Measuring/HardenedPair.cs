using Harness.Schemes.Hardened;
using System.Runtime.CompilerServices;
using Harness.Sessions.Testbed;

namespace Harness.Bench.Measuring;

/// <summary>A device that runs hardened, paired with a partner in this process and within an epoch. The broker carried what led there, and carries nothing more.</summary>
internal sealed class HardenedPair : IAsyncDisposable
{
    private const string Name = "measure-partner";
    private const string Topic = "harness/measure";
    private readonly SchemeTestbed _testbed;
    private readonly IParty _device;
    private readonly StrongBox<byte[]?> _topicKey;

    private HardenedPair(SchemeTestbed testbed, IParty device, StrongBox<byte[]?> topicKey) => (_testbed, _device, _topicKey) = (testbed, device, topicKey);

    private IParty Partner => _testbed.Device(Name).Party;

    /// <summary>Starts a broker, logs both in and waits until they share an epoch.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">The device, up.</param>
    /// <param name="role">Its name or role in the rig.</param>
    /// <param name="cipher">The cipher of the pair.</param>
    /// <param name="publishes">True where the device seals and the partner opens.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<HardenedPair> OpenAsync(TestBench bench, IParty device, string role, HardenedCipher cipher, bool publishes, CancellationToken cancellationToken)
    {
        var topicKey = new StrongBox<byte[]?>();
        var testbed = new SchemeTestbed(bench.TestbedOptions() with
        {
            Scheme = SchemeNames.Hardened, PairCipher = cipher, Topic = Topic, TopicKeys = () => topicKey.Value ?? RandomNumberGenerator.GetBytes(HardenedKeys.TopicKeySize),
        });
        try
        {
            var identity = bench.IdentityOf(role, BoardLogin.NewPassword(), AugPakeGroup.P256.Name, AugPakeProfile.Framed.Name());
            testbed.Add(device.Name, identity, device, publishes ? DevicePart.Publisher : DevicePart.Subscriber);
            testbed.AddHost(Name, identity with { Client = Name, Password = BoardLogin.NewPassword() }, publishes ? DevicePart.Subscriber : DevicePart.Publisher);
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
            return new HardenedPair(testbed, device, topicKey);
        }
        catch
        {
            await testbed.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets the partner, which publishes, begin an epoch, and waits until the device holds its key.</summary>
    /// <param name="topicKey">TK, 16 bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask BeginEpochAsync(byte[] topicKey, CancellationToken cancellationToken)
    {
        _topicKey.Value = topicKey;
        await _testbed.BeginEpochAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Seals a message by the device, which publishes.</summary>
    public ValueTask<Timed<byte[]>> SealAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) => _device.SealAsync(Topic, plaintext, cancellationToken);

    /// <summary>Opens a message of the partner's by the device, which subscribes.</summary>
    public ValueTask<Timed<byte[]>> OpenAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => _device.OpenAsync(WireTopic(Partner), payload, cancellationToken);

    /// <summary>Seals a message by the partner.</summary>
    public async ValueTask<byte[]> SealByPartnerAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        (await Partner.SealAsync(Topic, plaintext, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Opens a message of the device's by the partner.</summary>
    public async ValueTask<byte[]> OpenByPartnerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        (await Partner.OpenAsync(WireTopic(_device), payload, cancellationToken).ConfigureAwait(false)).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _testbed.DisposeAsync().ConfigureAwait(false);
        await _device.ResetAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static string WireTopic(IParty publisher) => publisher.Pairs?.Status.WireTopic ?? throw new Record.InconclusiveException($"epoch of {publisher.Name}", "one", "none");
}
