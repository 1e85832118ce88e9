using Harness.Crypto.Ecdsa;

namespace Harness.Sessions.Testbed;

/// <content>Readings that the publisher signs and its subscribers demand signed, under any scheme that carries payloads.</content>
public partial class SchemeTestbed
{
    private readonly Dictionary<TestbedDevice, SignedPayloads> _signed = new(ReferenceEqualityComparer.Instance);

    /// <summary>The signatures that a device makes or demands; null where it does neither, and under hardened, which signs by itself.</summary>
    public SignedPayloads? SignedPayloadsOf(TestbedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!Options.Signed || Scheme == SchemeNames.Hardened || device.Part == DevicePart.Bystander)
        {
            return null;
        }

        if (!_signed.TryGetValue(device, out var signed))
        {
            _signed[device] = signed = new SignedPayloads(Publisher.Client, device.Part == DevicePart.Publisher ? null : EcdsaP256.PublicKey(SecretsOf(Publisher).SigningKey));
        }

        return signed;
    }

    /// <summary>Hands a publisher that signs its key: a party that was reset since has none.</summary>
    internal async ValueTask<SignedPayloads?> SigningAsync(TestbedDevice device, IParty party, CancellationToken cancellationToken)
    {
        var signed = SignedPayloadsOf(device);
        if (signed is { Signs: true } && party.Signer is { } signer)
        {
            await signer.UseKeyAsync(SecretsOf(device).SigningKey, cancellationToken).ConfigureAwait(false);
        }

        return signed;
    }
}
