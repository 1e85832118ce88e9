namespace Harness.Hardware;

/// <summary>A link with a bad cable: wraps any other and disturbs it as told. It owns the one it wraps.</summary>
public sealed class FaultyLink(ILink inner) : ILink
{
    private readonly byte[] _buffer = new byte[4096];
    private ReadOnlyMemory<byte> _rest;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <summary>Faults on bytes written here, towards the device.</summary>
    public LinkFaults Outgoing { get; } = new();

    /// <summary>Faults on bytes read here, from the device.</summary>
    public LinkFaults Incoming { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        while (_rest.IsEmpty)
        {
            await Incoming.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
            var count = await inner.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return 0;
            }

            _rest = Incoming.Pass(_buffer.AsSpan(0, count));

            // A stall that began while the read waited holds these bytes too; kept in _rest, a cancelled read loses none.
            await Incoming.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
        }

        await Incoming.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
        var taken = Math.Min(buffer.Length, _rest.Length);
        _rest[..taken].CopyTo(buffer);
        _rest = _rest[taken..];
        return taken;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await Outgoing.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
        await inner.WriteAsync(Outgoing.Pass(bytes.Span), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
