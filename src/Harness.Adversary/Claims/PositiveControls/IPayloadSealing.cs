namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>End-to-end sealing of payloads by a party of a positive control, whatever the broker does; mostly weak on purpose.</summary>
/// <remarks>The key is the same constant in every control: what is weak is the way, not the key. One object a party, for some keep counters.</remarks>
public interface IPayloadSealing
{
    /// <summary>Seals.</summary>
    byte[] Seal(string topic, ReadOnlySpan<byte> plaintext);

    /// <summary>Opens.</summary>
    /// <returns>Null where it refuses.</returns>
    byte[]? Open(string topic, ReadOnlySpan<byte> payload);
}
