namespace Harness.Brokers.Conformance;

/// <summary>A client that stays logged in beside the statements. A frozen broker's kernel, or a proxy before it, takes connections too, and a broker that restarted takes them again: its answers, and that it stands, tell more.</summary>
/// <param name="broker">The broker.</param>
/// <param name="version">A version by which clients come in.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class Sentinel(BrokerUnderTest broker, MqttVersion version, CancellationToken cancellationToken) : IAsyncDisposable
{
    private static readonly TimeSpan StaysAlive = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Conversation? _talk;
    private Peer? _peer;
    private Task _pinging = Task.CompletedTask;
    private string _missed = "";
    private long _failedAt;
    private int _unanswered;
    private ushort _id;

    /// <summary>The connection that stands now, opened where there is none; null where the broker lets nobody in.</summary>
    public Task<Peer?> StandingAsync() => AloneAsync(async () => _peer ?? await OpenAsync().ConfigureAwait(false));

    /// <summary>Asks whether the broker is there, and has been since a connection stood.</summary>
    /// <param name="since">The connection at the beginning; null where none stood.</param>
    /// <returns>Null where it is; else what is wrong, in words.</returns>
    public Task<string?> MissedAsync(Peer? since) => AloneAsync(async () =>
    {
        if (since is not null && ReferenceEquals(since, _peer))
        {
            if (await AnswersAsync(since).ConfigureAwait(false))
            {
                return null;
            }

            _missed = await MissedAsync(since.Ended).ConfigureAwait(false);
        }

        return _missed;
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _pinging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _talk?.Dispose();
        _end.Dispose();
        _asking.Dispose();
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> ask)
    {
        await _asking.WaitAsync(_end.Token).ConfigureAwait(false);
        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string> MissedAsync(bool ended)
    {
        Close();
        if (!ended)
        {
            return $"the broker at {broker.Address} answers nothing any more";
        }

        return await OpenAsync().ConfigureAwait(false) is null ? _missed : $"the broker at {broker.Address} ended a connection that stood beside this one, as where it begins anew";
    }

    /// <summary>Logs in, unless that failed a moment ago: who else asks meanwhile need not wait as long once more.</summary>
    private async Task<Peer?> OpenAsync()
    {
        if (_failedAt != 0 && Stopwatch.GetElapsedTime(_failedAt) < broker.AnswerWithin)
        {
            return null;
        }

        var talk = new Conversation(broker, version, "sentinel", _end.Token);
        try
        {
            (_talk, _peer, _failedAt, _unanswered) = (talk, await talk.OpenAsync().ConfigureAwait(false), 0, 0);
        }
        catch (NothingSeenException e)
        {
            talk.Dispose();
            (_missed, _failedAt) = ($"the broker at {broker.Address} {(e is NoConnectionException ? "takes no connection" : "lets nobody in")} any more", Stopwatch.GetTimestamp());
            return null;
        }

        _pinging = _pinging.IsCompleted ? PingAsync() : _pinging;
        return _peer;
    }

    private void Close()
    {
        _talk?.Dispose();
        (_talk, _peer) = (null, null);
    }

    /// <summary>Asks by PINGREQ and UNSUBSCRIBE, as a broker that answers one of them not at all is there all the same. Answers that are late count for the question that they are to.</summary>
    private async Task<bool> AnswersAsync(Peer peer)
    {
        try
        {
            _unanswered++;
            await peer.SendAsync(new PingReqPacket(), new UnsubscribePacket { PacketId = ++_id, Filters = [_talk!.Topic("nothing")] }).ConfigureAwait(false);
            while (await peer.NextAsync().ConfigureAwait(false) is { } packet)
            {
                if ((packet is PingRespPacket && --_unanswered == 0) || (packet is UnsubAckPacket answer && answer.PacketId == _id))
                {
                    return true;
                }
            }
        }
        catch (NothingSeenException)
        {
            // Nothing came, or bytes that are no packet.
        }

        return false;
    }

    /// <summary>Keeps the connection within a keep-alive that the broker may have set.</summary>
    private async Task PingAsync()
    {
        while (true)
        {
            await Task.Delay(_peer?.Answer.ServerKeepAlive is > 0 and var own ? TimeSpan.FromSeconds(own) / 2 : StaysAlive, _end.Token).ConfigureAwait(false);
            await AloneAsync(async () =>
            {
                if (_peer is { } peer && !await AnswersAsync(peer).ConfigureAwait(false))
                {
                    _missed = await MissedAsync(peer.Ended).ConfigureAwait(false);
                }

                return true;
            }).ConfigureAwait(false);
        }
    }
}
