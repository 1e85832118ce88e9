namespace Harness.Sessions;

/// <summary>Gives every end of a wait its own exception: timed out, refused, aborted, cancelled by the caller.</summary>
internal sealed class SessionWaits(string device, TimeProvider time)
{
    public async Task<T> WithinAsync<T>(
        string operation, TimeSpan timeout, Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await wait(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SessionTimedOutException(device, operation, timeout, e);
        }
        catch (ChannelClosedException e)
        {
            throw new SessionDisconnectedException(device, operation, "the connection ended", e.InnerException);
        }
    }

    public async Task<T> MapAsync<T>(string operation, TimeSpan limit, Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (MqttRefusedException e)
        {
            throw new SessionRefusedException(device, operation, e.Reason, e);
        }
        catch (MqttTimedOutException e)
        {
            throw new SessionTimedOutException(device, operation, limit, e);
        }
        catch (MqttNotConnectedException e)
        {
            throw new SessionDisconnectedException(device, operation, e.Message, e);
        }
        catch (MqttException e)
        {
            throw new SessionAbortedException(device, operation, e.Message, e);
        }
    }

    public Task MapAsync(string operation, TimeSpan limit, Func<Task> run) => MapAsync(operation, limit, async () =>
    {
        await run().ConfigureAwait(false);
        return true;
    });

    public void Accept(string operation, ReasonCode reason)
    {
        if ((byte)reason >= 0x80)
        {
            throw new SessionRefusedException(device, operation, reason);
        }
    }
}

/// <summary>The latest value of something, or why there is none, that can be waited for.</summary>
internal sealed class LatestValue<T>
    where T : class
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;
    private Exception? _fault;
    private Exception? _end;
    private Exception? _doubt;

    public T? Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    public void Set(T value) => Change(() => (_value, _fault, _doubt) = (value, null, null));

    /// <summary>The latest value was refused; a later one mends it.</summary>
    public void Fail(Exception fault) => Change(() => _fault = fault);

    /// <summary>A value was refused that may have been one of before: it counts only where no later one comes.</summary>
    public void Doubt(Exception refusal) => Change(() => _doubt = refusal);

    /// <summary>Throws the doubtful refusal where there is one.</summary>
    public void ThrowDoubt()
    {
        lock (_gate)
        {
            if (_doubt is { } doubt)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(doubt);
            }
        }
    }

    /// <summary>No further value comes; one that is there still counts.</summary>
    public void End(Exception end) => Change(() => _end = end);

    public async Task<T> WaitAsync(Func<T, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_fault is null && _value is not null && wanted(_value))
                {
                    return _value;
                }

                if ((_fault ?? _end) is { } why)
                {
                    // The stack of where it was seen stays; a device's refusal keeps its type.
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(why);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            before = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.SetResult();
    }
}
