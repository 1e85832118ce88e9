namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>Groups that no device should use.</summary>
internal static class WeakenedGroups
{
    /// <summary>p = 2·L·q·k + 1 of 1,024 bits, q of 256, where L, of 303 bits, is the product of the 49 odd primes up to 229.</summary>
    /// <remarks>
    /// RFC 6628 section 2.1 asks for a secure prime or an order check for just this reason. q is the first prime at or above
    /// SHA-256("mqtt-harness weak group v1|q") with top and lowest bit set, k the first fitting number above the expansion of "|k".
    /// </remarks>
    public static AugPakeGroup SmoothCofactor { get; } = new CustomModpGroup(
        "weak-1024", "WEAK1024",
        "e4b484cc6c7f1eb571df506e4720fb491d8fbd70bec371146fe1aa95d7e0ebb4edac6e613d775d9de0f63928dc99eb97fd8efbea77c1796b796d5067e032e6b0"
        + "e09b072d18fe05ea5ff144835f4d90e574c879c596d4e815bd2760b2a43d76a18bf479cd063811af6fcd07c9b44601ec942b24073fa5fbe9308c093a227c2a9b",
        "a963a591e64038eadde7e37d229512b7dbd90831d0a8ce099f61f92f05efe3a1",
        "4d46dbc85bdfc72e852cd2221c034cad333feec7b8fbc8b0fcaee8bd9c4d0dd97a28e5cf6fcf7da8b02ce2494620f2bc36bc007686b4dfb2719a91c6b79d6fec"
        + "0aa0169648c45ccba15f0d74f390b704d86d3d3d8e06dfe56bc8b76fb79206cd78f40d9bf25425e920fbe8b9f4cf7d36a81e22bd9af8844aa09944e7268ec465");
}
