namespace Harness.Schemes;

/// <summary>The reasons of a party's refusal; on the line they are the bench protocol's error codes.</summary>
public enum PartyRefusal
{
    /// <summary>Y outside the group.</summary>
    BadElement,

    /// <summary>A server name other than the provisioned one.</summary>
    BadServer,

    /// <summary>V_S or an AEAD tag is wrong.</summary>
    BadTag,

    /// <summary>A message without the publisher's signature (hardened).</summary>
    BadSignature,

    /// <summary>A payload whose counter is not above the last one accepted.</summary>
    Replay,

    /// <summary>Decryption yields no valid padding.</summary>
    BadPadding,

    /// <summary>A wrap that does not yield a 32-byte key.</summary>
    BadKey,

    /// <summary>No traffic key.</summary>
    NoKey,

    /// <summary>The operation is not allowed in this state.</summary>
    State,

    /// <summary>More payload than the party's limit.</summary>
    TooLong,

    /// <summary>The generator is not seeded yet.</summary>
    Unseeded,

    /// <summary>The numbers that never repeat are not known since the start (hardened).</summary>
    NoSeed,

    /// <summary>A key or a number is at its end: a new epoch, or a new enrolment, is needed (hardened).</summary>
    Spent,

    /// <summary>A message that the login's syntax does not allow (scram).</summary>
    BadMessage,

    /// <summary>A nonce that does not extend the party's own (scram).</summary>
    BadNonce,

    /// <summary>Fewer iterations than the party accepts, or more than it computes (scram).</summary>
    BadIterations,

    /// <summary>A group, profile or operation the party lacks.</summary>
    Unsupported,
}

/// <summary>A party refused by its own rules.</summary>
public sealed class PartyRefusedException(string party, PartyRefusal refusal, string words)
    : Exception($"{party} refused: {Word(refusal)}{(words.Length == 0 ? "" : " (" + words + ")")}")
{
    /// <summary>The party's name in the rig.</summary>
    public string Party { get; } = party;

    /// <summary>The reason of the refusal.</summary>
    public PartyRefusal Refusal { get; } = refusal;

    /// <summary>The code in the bench protocol, for example <c>BAD-ELEMENT</c>.</summary>
    public string Code => Word(Refusal);

    /// <summary>Gets the bench protocol's code of a refusal.</summary>
    public static string Word(PartyRefusal refusal) => refusal switch
    {
        PartyRefusal.BadElement => "BAD-ELEMENT",
        PartyRefusal.BadServer => "BAD-SERVER",
        PartyRefusal.BadTag => "BAD-TAG",
        PartyRefusal.BadSignature => "BAD-SIGNATURE",
        PartyRefusal.Replay => "REPLAY",
        PartyRefusal.BadPadding => "BAD-PADDING",
        PartyRefusal.BadKey => "BAD-KEY",
        PartyRefusal.NoKey => "NO-KEY",
        PartyRefusal.State => "STATE",
        PartyRefusal.TooLong => "TOO-LONG",
        PartyRefusal.Unseeded => "UNSEEDED",
        PartyRefusal.NoSeed => "NO-SEED",
        PartyRefusal.Spent => "SPENT",
        PartyRefusal.BadMessage => "BAD-MESSAGE",
        PartyRefusal.BadNonce => "BAD-NONCE",
        PartyRefusal.BadIterations => "BAD-ITERATIONS",
        PartyRefusal.Unsupported => "UNSUPPORTED",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "unknown refusal"),
    };

    /// <summary>Gets the refusal that a bench protocol code stands for, if it is one.</summary>
    public static PartyRefusal? FromWord(string code) =>
        Enum.GetValues<PartyRefusal>().Cast<PartyRefusal?>().FirstOrDefault(r => Word(r!.Value) == code);
}
