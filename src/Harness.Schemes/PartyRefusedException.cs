namespace Harness.Schemes;

/// <summary>Why a party refused; the words are the bench protocol's error codes.</summary>
public enum PartyRefusal
{
    /// <summary>Y outside the group.</summary>
    BadElement,

    /// <summary>A server name other than the provisioned one.</summary>
    BadServer,

    /// <summary>V_S or an AEAD tag is wrong.</summary>
    BadTag,

    /// <summary>A payload whose counter is not above the last one accepted.</summary>
    Replay,

    /// <summary>Decryption yields no valid padding.</summary>
    BadPadding,

    /// <summary>A wrap that does not yield a 32-byte key.</summary>
    BadKey,

    /// <summary>No traffic key.</summary>
    NoKey,

    /// <summary>Not in this state.</summary>
    State,

    /// <summary>More payload than the party takes.</summary>
    TooLong,

    /// <summary>No randomness yet.</summary>
    Unseeded,

    /// <summary>A group, profile or operation the party lacks.</summary>
    Unsupported,
}

/// <summary>A party refused by its own rules.</summary>
public sealed class PartyRefusedException(string party, PartyRefusal refusal, string words)
    : Exception($"{party} refused: {Word(refusal)}{(words.Length == 0 ? "" : " (" + words + ")")}")
{
    /// <summary>The party's name in the rig.</summary>
    public string Party { get; } = party;

    /// <summary>Why.</summary>
    public PartyRefusal Refusal { get; } = refusal;

    /// <summary>The code as it stands on the line, for example <c>BAD-ELEMENT</c>.</summary>
    public string Code => Word(Refusal);

    /// <summary>The code of a refusal as it stands on the line.</summary>
    public static string Word(PartyRefusal refusal) => refusal switch
    {
        PartyRefusal.BadElement => "BAD-ELEMENT",
        PartyRefusal.BadServer => "BAD-SERVER",
        PartyRefusal.BadTag => "BAD-TAG",
        PartyRefusal.Replay => "REPLAY",
        PartyRefusal.BadPadding => "BAD-PADDING",
        PartyRefusal.BadKey => "BAD-KEY",
        PartyRefusal.NoKey => "NO-KEY",
        PartyRefusal.State => "STATE",
        PartyRefusal.TooLong => "TOO-LONG",
        PartyRefusal.Unseeded => "UNSEEDED",
        PartyRefusal.Unsupported => "UNSUPPORTED",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "unknown refusal"),
    };

    /// <summary>The refusal a code on the line stands for, if it is one.</summary>
    public static PartyRefusal? FromWord(string code) =>
        Enum.GetValues<PartyRefusal>().Cast<PartyRefusal?>().FirstOrDefault(r => Word(r!.Value) == code);
}
