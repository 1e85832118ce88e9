using Harness.Hardware;

namespace Harness.Bench.Tests.Devices;

/// <summary>
/// A serial adapter whose board can lose its power: the line stays, and another board with the same firmware and no state
/// answers on it. It owns the link it starts with and every board it started.
/// </summary>
internal sealed class RestartingLink(DeviceEntry entry, string leash, ILink first) : ILink
{
    private volatile Board _board = new(first, null);

    public string Name { get; } = first.Name;

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var emulator = await EmulatedBoard.StartAsync(entry, entry.Elf!, leash, TestEnvironment.TimeLimit, cancellationToken);
        var before = _board;
        _board = new Board(TtyLink.Open(emulator.PtyPath, 115200), emulator);
        await before.DisposeAsync();
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var board = _board;
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, board.Gone.Token);
                var read = await board.Link.ReadAsync(buffer, either.Token);
                if (read > 0 || board == _board)
                {
                    return read;
                }
            }
            catch (Exception) when (board != _board && !cancellationToken.IsCancellationRequested)
            {
                // The board's power went during the read: read from the next board.
            }
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _board.Link.WriteAsync(bytes, cancellationToken);

    public ValueTask DisposeAsync() => _board.DisposeAsync();

    private sealed record Board(ILink Link, EmulatedBoard? Emulator) : IAsyncDisposable
    {
        public CancellationTokenSource Gone { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await Gone.CancelAsync();
            await Link.DisposeAsync();
            if (Emulator is not null)
            {
                await Emulator.DisposeAsync();
            }
        }
    }
}
