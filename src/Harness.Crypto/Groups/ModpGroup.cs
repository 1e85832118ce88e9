namespace Harness.Crypto.Groups;

/// <summary>A subgroup of prime order in the integers modulo a prime p; elements are fixed-width big-endian.</summary>
/// <remarks>Another one is another subclass with its constants, and one entry in <see cref="AugPakeGroup.All"/>.</remarks>
internal abstract class ModpGroup : AugPakeGroup
{
    private readonly byte[] _modulus;
    private readonly byte[] _largest;
    private readonly byte[] _generator;

    private protected ModpGroup(
        string name, string methodSuffix, string modulus, string order, string generator, byte[]? ephemeralBound = null)
        : base(name, methodSuffix, modulus.Length / 2, Convert.FromHexString(order), ephemeralBound)
    {
        _modulus = Convert.FromHexString(modulus);
        _generator = Convert.FromHexString(generator);
        _largest = [.. _modulus];
        MontgomeryField.SubtractSmall(_largest, 2);
    }

    /// <summary>p, big-endian.</summary>
    internal ReadOnlySpan<byte> Modulus => _modulus;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Prime => _modulus;

    /// <summary>g, as long as p.</summary>
    internal ReadOnlySpan<byte> Generator => _generator;

    /// <summary>Accepts exactly the length of p and values 2..p-2: zero is in no subgroup, one is the identity, and p-1 has order 2.</summary>
    public override bool IsAcceptable(ReadOnlySpan<byte> element) =>
        element.Length == ElementLength
        && (element[^1] >= 2 || element[..^1].ContainsAnyExcept((byte)0))
        && element.SequenceCompareTo(_largest) <= 0;

    private protected override IGroupArithmetic Create(CryptoBackend backend) => backend.CreateModp(_modulus, _generator);
}
