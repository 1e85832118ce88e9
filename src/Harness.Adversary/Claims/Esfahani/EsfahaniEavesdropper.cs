using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Adversary.Claims.Esfahani;

/// <summary>The conclusions that the equations of Esfahani et al. 2019 allow from messages on the wire.</summary>
internal static class EsfahaniEavesdropper
{
    /// <summary>PSK = f3 ⊕ M1' ⊕ h(ID), for who knows the ID of a recorded login.</summary>
    public static byte[] Psk(EsfahaniRun run, byte[] identity) => Xor(Value(run.Messages[0], 3), Xor(Value(run.Messages[1], 0), H(identity)));

    /// <summary>True where an identity is that of a recorded login: f1, R1 and AID_i follow from it and must fit.</summary>
    public static bool IsOf(EsfahaniRun run, byte[] identity)
    {
        var f1 = Xor(Value(run.Messages[1], 0), H(identity));
        var r1 = Xor(Value(run.Messages[0], 0), H(H(f1)));
        return Xor(Value(run.Messages[0], 1), H(r1)).AsSpan().SequenceEqual(identity);
    }

    /// <summary>Name and fingerprint of SK of any recorded login, for who has PSK.</summary>
    public static (string? Client, string Fingerprint) Open(EsfahaniRun run, byte[] psk)
    {
        var r1 = Xor(Value(run.Messages[0], 0), H(H(Xor(Value(run.Messages[0], 3), psk))));
        var identity = Xor(Value(run.Messages[0], 1), H(r1));
        var r2 = Xor(Value(run.Messages[1], 1), H(identity));
        return (Client(identity), Fingerprints.Of(H(r1, r2)));
    }
}
