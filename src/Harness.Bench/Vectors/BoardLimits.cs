namespace Harness.Bench.Vectors;

/// <summary>The limits of a board, from its ID and the bench protocol; each case beyond them is recorded in the check as not run, with the reason.</summary>
internal sealed class BoardLimits(BoardInfo info)
{
    private const int MaximumNameBytes = 64; // rigs/firmware/PROTOCOL.md: client, server, pw and ad

    /// <summary>True if the board takes injected scalars and bare keys (test firmware).</summary>
    public bool IsTest(CaseCheck check)
    {
        if (!info.IsTest)
        {
            check.CannotRun("injected scalars and keys: needs the test build (ID says test=0)");
        }

        return info.IsTest;
    }

    /// <summary>True if the ID lists a word.</summary>
    public static bool Lists(CaseCheck check, string what, string word, IReadOnlyList<string> listed)
    {
        if (!listed.Contains(word))
        {
            check.CannotRun($"{what} {word}: ID lists {(listed.Count == 0 ? "none" : string.Join(", ", listed))}");
        }

        return listed.Contains(word);
    }

    /// <summary>True if the board takes a payload of that size.</summary>
    public bool Payload(CaseCheck check, int bytes)
    {
        if (bytes > info.Payload)
        {
            check.CannotRun($"payload of {bytes} bytes: ID says payload={info.Payload}");
        }

        return bytes <= info.Payload;
    }

    /// <summary>True if the protocol takes a name, a password or associated data of that size.</summary>
    public static bool Fits(CaseCheck check, string what, int bytes)
    {
        var fits = bytes <= MaximumNameBytes && (bytes > 0 || what == "ad");
        if (!fits)
        {
            check.CannotRun($"{what} of {bytes} bytes: the bench protocol takes {(what == "ad" ? 0 : 1)} to {MaximumNameBytes}");
        }

        return fits;
    }
}
