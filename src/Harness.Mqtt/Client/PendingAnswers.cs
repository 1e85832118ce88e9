namespace Harness.Mqtt;

/// <summary>Packet identifiers in use by a client and who waits for the answer to each.</summary>
internal sealed class PendingAnswers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, (PacketType Answer, TaskCompletionSource<MqttPacket> Waiting)> _waiting = [];
    private ushort _last;
    private Exception? _ended;

    /// <summary>Takes a free identifier. It stays taken until the answer comes, even where nobody waits any more: a late answer must not meet another request.</summary>
    public (ushort PacketId, Task<MqttPacket> Answer) Add(PacketType answer)
    {
        lock (_lock)
        {
            if (_ended is not null)
            {
                throw new MqttNotConnectedException(_ended.Message, _ended);
            }

            if (_waiting.Count == ushort.MaxValue)
            {
                throw new MqttProtocolException(ReasonCode.QuotaExceeded, "all 65535 packet identifiers await an answer");
            }

            do
            {
                _last = _last == ushort.MaxValue ? (ushort)1 : (ushort)(_last + 1);
            }
            while (_waiting.ContainsKey(_last));

            var waiting = new TaskCompletionSource<MqttPacket>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(_last, (answer, waiting));
            return (_last, waiting.Task);
        }
    }

    /// <summary>Frees an identifier whose request was never sent.</summary>
    public void Remove(ushort packetId)
    {
        lock (_lock)
        {
            _waiting.Remove(packetId);
        }
    }

    /// <summary>Hands an answer over; an answer of another kind or to nothing is a protocol error.</summary>
    public void Complete(ushort packetId, MqttPacket answer)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(packetId, out var entry) || entry.Answer != answer.Type)
            {
                throw PacketReader.ProtocolError($"{answer.Type} answers packet identifier {packetId}, which awaits no such answer");
            }

            entry.Waiting.TrySetResult(answer);
        }
    }

    /// <summary>Fails all that wait and all that come.</summary>
    public void End(MqttException cause)
    {
        lock (_lock)
        {
            _ended ??= cause;
            foreach (var (_, waiting) in _waiting.Values)
            {
                waiting.TrySetException(cause);
                _ = waiting.Task.Exception; // observed: a request that was cancelled has no one left to look
            }

            _waiting.Clear();
        }
    }
}
