namespace Harness.Bench.Devices;

/// <summary>The stack of a board, as its paint tells it.</summary>
/// <param name="Deepest">Bytes of the deepest stack since it was asked before, or since the start.</param>
/// <param name="Reserved">Bytes that the board has for it.</param>
public sealed record StackDepth(long Deepest, long Reserved);

/// <summary>The board's stack.</summary>
public sealed partial class SerialParty
{
    /// <summary>Asks for the deepest stack since the last time, and has the board paint it anew.</summary>
    /// <returns>Null where the firmware has no <c>STACK</c>, or does not see its stack.</returns>
    public async ValueTask<StackDepth?> StackAsync(CancellationToken cancellationToken)
    {
        const string verb = "STACK";
        var (reply, _) = await _board.AskOrRefusedAsync(verb, ["VERB", "UNSUPPORTED"], cancellationToken).ConfigureAwait(false);
        return reply is null ? null : new StackDepth(_board.Long(reply, verb, "deepest"), _board.Long(reply, verb, "reserved"));
    }
}
