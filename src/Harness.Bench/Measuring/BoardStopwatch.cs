namespace Harness.Bench.Measuring;

/// <summary>Times one request to a board: by the board's ticks, or by the pulse on its trigger pin where one is watched.</summary>
/// <remarks>A refusal carries no <c>t=</c>, but the board raises its trigger around the work that ends in one just the same.</remarks>
/// <param name="edges">The edges of the board's trigger; null uses the board's ticks.</param>
internal sealed class BoardStopwatch(ITriggerEdges? edges)
{
    private static readonly TimeSpan EdgeWait = TimeSpan.FromMilliseconds(500);
    private readonly PulseReader? _pulses = edges is null ? null : new PulseReader(edges);

    /// <summary>Times a request that the board grants.</summary>
    /// <param name="ask">Sends the request and returns the ticks of its reply.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The duration; NaN if it was not measured.</returns>
    public async ValueTask<double> TimeAsync(Func<CancellationToken, ValueTask<long?>> ask, CancellationToken cancellationToken)
    {
        _pulses?.Restart();
        var ticks = await ask(cancellationToken).ConfigureAwait(false);
        return _pulses is null ? ticks ?? double.NaN : await PulseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Times a request whose tag is wrong.</summary>
    /// <param name="what">The request in words, for errors: <c>a wrong V_S</c>.</param>
    /// <param name="ask">Sends the request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The length of the pulse; NaN if an edge was missed.</returns>
    /// <exception cref="Record.CheckFailedException">The board accepted the wrong tag.</exception>
    public async ValueTask<double> TimeRefusalAsync(string what, Func<CancellationToken, ValueTask> ask, CancellationToken cancellationToken)
    {
        if (_pulses is null)
        {
            throw new InvalidOperationException($"{nameof(BoardStopwatch)}.{nameof(TimeRefusalAsync)} without the edges of a trigger: a refusal carries no ticks");
        }

        _pulses.Restart();
        try
        {
            await ask(cancellationToken).ConfigureAwait(false);
        }
        catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.BadTag)
        {
            return await PulseAsync(cancellationToken).ConfigureAwait(false);
        }

        throw new Record.CheckFailedException(what, "to be refused: BAD-TAG", "taken");
    }

    private async ValueTask<double> PulseAsync(CancellationToken cancellationToken) =>
        (await _pulses!.NextAsync(EdgeWait, cancellationToken).ConfigureAwait(false))?.Length ?? double.NaN;
}
