using System.Buffers;
using System.Buffers.Text;

namespace Harness.Bench.Protocol;

/// <summary>Direct requests over the line, with request and reply on the calling thread, for measuring.</summary>
public sealed partial class BenchClient
{
    /// <summary>
    /// Takes the line for one caller until the result is disposed: the background reader pauses and every other request waits.
    /// </summary>
    /// <returns>Null if the link cannot be read directly, or a fault is armed on it.</returns>
    public async ValueTask<DirectLine?> BeginDirectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        var taken = false;
        try
        {
            if ((_link is FaultInjectingLink faulty ? faulty.Direct : _link as IDirectLink) is { } direct && await _reader.PauseAsync().ConfigureAwait(false))
            {
                DrainStale();
                taken = true;
                return new DirectLine(this, direct);
            }

            return null;
        }
        finally
        {
            if (!taken)
            {
                _gate.Release();
            }
        }
    }

    /// <summary>The line in direct use. Not thread-safe.</summary>
    public sealed class DirectLine : IDisposable
    {
        private readonly BenchClient _client;
        private readonly IDirectLink _link;
        private readonly byte[] _buffer = new byte[4096];
        private readonly byte[] _request = new byte[256];
        private int _used;
        private bool _disposed;

        internal DirectLine(BenchClient client, IDirectLink link) => (_client, _link) = (client, link);

        /// <summary>Requests one number without allocating, so that a sample costs no more than the line does.</summary>
        /// <param name="request">Verb and arguments: <c>MEASURE op=empty n=1</c>.</param>
        /// <param name="key">The number's key with the characters around it: <c>" sum="</c>.</param>
        /// <returns>The number in the OK reply; null on anything else (silence, damage, ERR): then dispose this and use the client's normal request.</returns>
        public long? TryAsk(ReadOnlySpan<byte> request, ReadOnlySpan<byte> key)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var seq = _client.NextSeq();
            var line = Compose(seq, request);
            var transcript = _client._options.Transcript is { IsKept: true } kept ? kept : null;
            transcript?.Sent(TrimEnd(line));
            _used = 0;
            if (_link.WriteDirect(line) != line.Length)
            {
                return null;
            }

            while (Receive() is { } length)
            {
                var bytes = TrimEnd(_buffer.AsSpan(0, length));
                if (bytes.IsEmpty)
                {
                    continue;
                }

                transcript?.Received(bytes);
                return Number(bytes, seq, key);
            }

            return null;
        }

        /// <summary>Gives the line back to the background reader.</summary>
        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                _client._reader.Resume();
                _client._gate.Release();
            }
        }

        private static long? Number(ReadOnlySpan<byte> line, int seq, ReadOnlySpan<byte> key)
        {
            if (!Crc16.TryStrip(line, out var body) || !Utf8Parser.TryParse(body, out int answered, out var digits) || answered != seq
                || !body[digits..].StartsWith(" OK "u8) || body[digits..].IndexOf(key) is not (>= 0 and var at))
            {
                return null;
            }

            return Utf8Parser.TryParse(body[(digits + at + key.Length)..], out long number, out _) ? number : null;
        }

        private ReadOnlySpan<byte> Compose(int seq, ReadOnlySpan<byte> request)
        {
            _ = Utf8Formatter.TryFormat(seq, _request, out var used);
            _request[used++] = (byte)' ';
            request.CopyTo(_request.AsSpan(used));
            used += request.Length;
            var crc = Crc16.Of(_request.AsSpan(0, used));
            " *"u8.CopyTo(_request.AsSpan(used));
            _ = Utf8Formatter.TryFormat(crc, _request.AsSpan(used + 2), out _, new StandardFormat('x', 4));
            _request[used + 6] = (byte)'\n';
            return _request.AsSpan(0, used + 7);
        }

        // Length of the line that ends the buffer; null if none came in time or it is longer than a reply to a measurement can be.
        private int? Receive()
        {
            while (_used < _buffer.Length)
            {
                var read = _link.ReadDirect(_buffer.AsSpan(_used), _client._options.Reply);
                if (read <= 0)
                {
                    return null;
                }

                _used += read;
                if (_buffer[_used - 1] == (byte)'\n')
                {
                    var length = _used;
                    _used = 0;
                    return length;
                }
            }

            return null;
        }
    }
}
