namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>The messages that a reader of the hardened scheme can make of one text: under the right key, and with every signature within its reach.</summary>
internal static class InsiderForgeries
{
    private const int SignatureSize = 64;

    /// <summary>Makes them.</summary>
    /// <param name="testbed">Place; at least one genuine message has come by its tap in this epoch.</param>
    /// <param name="insider">The reader.</param>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<(string Words, byte[] Payload)> Of(AttackTestbed testbed, InsiderReader insider, byte[] text)
    {
        var genuine = insider.ContentOf(PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1]);
        var copied = genuine.Length > SignatureSize ? genuine[^SignatureSize..] : new byte[SignatureSize];
        var payloads = insider.Seal([text, [.. text, .. RandomNumberGenerator.GetBytes(SignatureSize)], [.. text, .. copied], [.. text, .. new byte[SignatureSize]]]);
        var own = insider.Seal([text], AugPakeGroup.P256.DrawScalar())[0];
        return [("unsigned", payloads[0]), ("with a random signature", payloads[1]), ("with a copied one", payloads[2]), ("with zeros", payloads[3]), ("signed by itself", own)];
    }
}
