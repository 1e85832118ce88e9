namespace Harness.Crypto.Groups;

/// <summary>rfc3526-14: the 2048-bit safe prime of RFC 3526 section 3, q = (p-1)/2, and g = 2, which has order q.</summary>
/// <remarks>
/// x and y are drawn from [1, 2^256 - 1], not from [1, q-1] as RFC 6628 section 2.3.2 has it: an assumption, that in a group
/// of prime order a discrete logarithm known to have 256 bits is no easier than the 2^128 steps of a search in that interval. W^r has the
/// 512 bits of H', and z is as long as q: K = Y^z costs the client a power of 2047 bits, several times all its others. A safe prime
/// needs no order check but 2..p-2.
/// </remarks>
internal sealed class Rfc3526Group14() : ModpGroup("rfc3526-14", "MODP14", P, Q, G, ShortExponents())
{
    private const string P =
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
        + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
        + "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f"
        + "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
        + "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
        + "15728e5a8aacaa68ffffffffffffffff";

    private const string Q =
        "7fffffffffffffffe487ed5110b4611a62633145c06e0e68948127044533e63a0105df531d89cd9128a5043cc71a026e"
        + "f7ca8cd9e69d218d98158536f92f8a1ba7f09ab6b6a8e122f242dabb312f3f637a262174d31bf6b585ffae5b7a035bf6"
        + "f71c35fdad44cfd2d74f9208be258ff324943328f6722d9ee1003e5c50b1df82cc6d241b0e2ae9cd348b1fd47e9267af"
        + "c1b2ae91ee51d6cb0e3179ab1042a95dcf6a9483b84b4b36b3861aa7255e4c0278ba3604650c10be19482f23171b671d"
        + "f1cf3b960c074301cd93c1d17603d147dae2aef837a62964ef15e5fb4aac0b8c1ccaa4be754ab5728ae9130c4c7d0288"
        + "0ab9472d455655347fffffffffffffff";

    private const string G =
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000002";

    /// <summary>2^256, as long as q.</summary>
    private static byte[] ShortExponents()
    {
        var bound = new byte[Q.Length / 2];
        bound[^33] = 1;
        return bound;
    }
}
