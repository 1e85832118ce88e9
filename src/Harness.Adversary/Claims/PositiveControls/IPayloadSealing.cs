namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>How a party of a control seals payloads from end to end, whatever the broker does; most ways are deliberately weak.</summary>
/// <remarks>The key is the same constant in every control: what is weak is the way, not the key. One object a party, for some keep counters.</remarks>
public interface IPayloadSealing
{
    /// <summary>Seals.</summary>
    byte[] Seal(string topic, ReadOnlySpan<byte> plaintext);

    /// <summary>Opens.</summary>
    /// <returns>Null where it refuses.</returns>
    byte[]? Open(string topic, ReadOnlySpan<byte> payload);
}
