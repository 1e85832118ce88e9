namespace Harness.Crypto.Groups;

/// <summary>modp2048-q256: p = 2qs + 1 with p of 2048, q of 256 and s of 1791 bits, all prime, and g = 2^((p-1)/q) mod p.</summary>
/// <remarks>
/// A "secure prime" group (RFC 6628 section 2.1): p-1 has no small factor but 2, so no order check is needed. q is the first prime
/// at or above SHA-256("mqtt-harness AugPAKE group 2048/256 v1|q|0") with its top bit set, s the first fitting prime above the
/// expansion of the label's "|s"; tests/vectors/modp2048-q256.txt holds q, s, p and g, and a test checks every one of these claims.
/// </remarks>
internal sealed class Modp2048Q256Group() : ModpGroup("modp2048-q256", "MODP2048Q256", P, Q, G)
{
    private const string Q =
        "d6b210adffa9c09ea11a8a35d5d47c38a5c4e07de62c9c2b7777dafc42421d31";

    private const string P =
        "b93caa7afead7b51ba588f7ed030a3b5f71ffab1106d7d4f9daf1ea7d2a4bddb698e5ae7013a819fd33585d784bf7601"
        + "9ff75f39efc84effff7feebe596bd908fee7f280bb5cde108fd8c6b2bca9c81376c5a3033c6ed8e591f673558c951c56"
        + "78f08083a2c927afd0b924e94c5483d62fd59295a8846705f90918e2607e727fff8fb5b74957bba46e46b9bd58c3210e"
        + "6e0f44ab6f862a581541626dfcf3c5d6804456b1310cda998c0ab77f9ce83764a607594b459eb1240a8492464b8ba33e"
        + "929626a51a10184fe3d8e59aaa3b470458aed0c971cde0693c5b09b169992ea10bf38e13794b8fb471ae2faed93d13d5"
        + "b78587f61bf31605bd1e1d297c9fb447";

    private const string G =
        "821e0fbc27b800a2948e822882912e63923257c1e9bb7a3d778c51946d604ef33609af28debc4dd1a6bb18830c6a01a3"
        + "3f0d66f5c3b83ecb9ab5f9d0b7080421f9034e835065f4d9e8df16fdae98bad3aab7cd635c46601e77aebc6d09c984b4"
        + "1d323592dc0eae6312e90dfcfdfa425e7b7241c76c8feb16785da70100bf34d64b08d2eb87b10239a80ec0a26e392f39"
        + "051ffa08358e2722ecb72cbbcca0e7030397b46e118f9bae40f9bb128084685ece41a5af27786c5acc1fa7024195f0d2"
        + "77266da91e9c2e6c186c4ab774fc048279fdb0308b3b8e2dc9bc033ccdc555bb1c7482979ba7a499432189123b07ab56"
        + "aaffef42aad9bb880974001895230dff";
}
