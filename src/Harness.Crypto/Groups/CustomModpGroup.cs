namespace Harness.Crypto.Groups;

/// <summary>A MODP group with any constants, unsafe ones too, with which attacks show a weak cofactor. No group name selects it.</summary>
/// <param name="name">For messages.</param>
/// <param name="methodSuffix">Last part of the Authentication Method.</param>
/// <param name="modulus">p, hexadecimal, a multiple of 8 bytes.</param>
/// <param name="order">q, hexadecimal, a multiple of 8 bytes.</param>
/// <param name="generator">g, hexadecimal, as long as p.</param>
internal sealed class CustomModpGroup(string name, string methodSuffix, string modulus, string order, string generator)
    : ModpGroup(name, methodSuffix, modulus, order, generator);
