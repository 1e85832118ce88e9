namespace Harness.Bench.Devices;

/// <summary>The line of an emulated board, opened when its firmware listens.</summary>
internal static class EmulatedLine
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Opens it. Where the emulator takes a terminal it reads bytes before its firmware has set up the UART, and drops them; so lines without a checksum are sent, which change nothing on a
    /// board, until it has refused the last one of them.</summary>
    /// <param name="board">The started board.</param>
    /// <param name="entry">The device.</param>
    /// <param name="open">Opens a line.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LinkException">The line does not open.</exception>
    /// <exception cref="EmulatorException">The emulator ended before its firmware listened.</exception>
    public static async Task<ILink> OpenAsync(EmulatedBoard board, DeviceEntry entry, Func<string, SerialLineSettings, ILink> open, CancellationToken cancellationToken)
    {
        var link = open(board.PtyPath, entry.Serial);
        try
        {
            if (entry.Emulator!.TakesTerminal && !await StandsAsync(link, cancellationToken).ConfigureAwait(false) && await board.WhyNotUpAsync().ConfigureAwait(false) is { } why)
            {
                throw why;
            }

            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Waits until the firmware listens; false where the line ended. That a board stays silent is told by whoever asks it next.
    private static async Task<bool> StandsAsync(ILink link, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        var (heard, buffer) = (new StringBuilder(), new byte[256]);
        try
        {
            var asked = 0;
            for (var pause = FirstPause; ; pause *= 2)
            {
                asked++;
                await link.WriteAsync(Encoding.ASCII.GetBytes($"\n{asked} ID\n"), limit.Token).ConfigureAwait(false);
                using var soon = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
                soon.CancelAfter(pause);
                try
                {
                    while (!heard.ToString().Split('\n')[..^1].Any(line => line.StartsWith($"{asked} ERR ", StringComparison.Ordinal)))
                    {
                        var read = await link.ReadAsync(buffer, soon.Token).ConfigureAwait(false);
                        if (read == 0)
                        {
                            return false;
                        }

                        heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    }

                    return true;
                }
                catch (OperationCanceledException) when (!limit.IsCancellationRequested)
                {
                    // Not yet: it is asked again.
                }
            }
        }
        catch (Exception e) when (e is LinkException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }
}
