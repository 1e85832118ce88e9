namespace Harness.Bench;

/// <content>The device across scenarios: brought up on demand, wiped at its first use in each, given up where it stays broken.</content>
public sealed partial class BenchDevice
{
    private const int MinimumFailedBoots = 2;
    private const int MinimumBrokenScenarios = 3;
    private static readonly TimeSpan MinimumOutageLimit = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _bootGate = new(1, 1);
    private readonly Outage _boots;
    private readonly Outage _scenarios;
    private RigErrorException? _lastFailure;
    private string? _lastBroken;
    private long _scenarioBegan;
    private bool _refused;

    /// <summary>
    /// Takes the port of a real board ahead of its first use, so that a run starts only with all it needs. A port that is missing is left to the
    /// first use.
    /// </summary>
    /// <exception cref="RigErrorException">Another program held the port for the whole allowed wait.</exception>
    internal async ValueTask ReserveAsync(CancellationToken cancellationToken)
    {
        await _bootGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (State == DeviceState.Idle && Path.Exists(Entry.Port))
            {
                await BindAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _bootGate.Release();
        }
    }

    /// <summary>Brings the device up if it is not, and wipes it at its first use in a scenario.</summary>
    internal async ValueTask<IParty> ReadyAsync(CancellationToken cancellationToken)
    {
        await _bootGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (State == DeviceState.Disposed)
            {
                throw Wrong("GetPartyAsync", "an open bench");
            }

            if (State != DeviceState.Active || !_isJustBooted)
            {
                RefuseWhileGivenUp();
            }

            if (!_isJustBooted && State == DeviceState.Active && _connection?.HasMoved == true)
            {
                Set(DeviceState.Broken);
            }

            await BootAsync(cancellationToken).ConfigureAwait(false);
            if (!_isJustBooted)
            {
                await WipeAsync(cancellationToken).ConfigureAwait(false);
            }

            _isJustBooted = true;
            return _party!;
        }
        finally
        {
            _bootGate.Release();
        }
    }

    /// <summary>False while the device is given up after it stayed broken, and for a board that nobody here has open and somebody else holds.</summary>
    public bool IsAvailable =>
        (_boots.GivenUp ?? _scenarios.GivenUp) is null && (State != DeviceState.Idle || Entry.Port is null || DeviceLock.HolderOf(Entry.Port, _options.LockFolder) is null);

    /// <summary>Starts a scenario: ends the faults and the transcript of the last one.</summary>
    /// <param name="id">The scenario's id, for <see cref="FaultSeen"/>.</param>
    /// <param name="transcript">Path of the transcript; null keeps none.</param>
    internal void BeginScenario(string id, string? transcript)
    {
        _scenario = id;
        Transcript.Begin(transcript);
        _connection?.Line.Clear();
        _isJustBooted = false;
        _refused = false;
        _scenarioBegan = _options.Time.GetTimestamp();
        RecordSuspect(null);
        if (_frozen && _connection?.Emulator is { HasEnded: false } emulator)
        {
            emulator.Resume();

            // A board that was frozen answers the buffered bytes at an unknown time; booting it anew is safer than guessing.
            Set(DeviceState.Broken);
        }

        _frozen = false;
    }

    /// <summary>Ends a scenario with its transcript.</summary>
    internal void EndScenario()
    {
        Transcript.Begin(null);
        _scenario = null;
    }

    /// <summary>Records a scenario's outcome for or against the device.</summary>
    /// <param name="rigBroke">True if the verdict was a rig error.</param>
    /// <returns>True if this device was what broke.</returns>
    internal bool Judged(bool rigBroke)
    {
        if (!rigBroke)
        {
            if (_isJustBooted)
            {
                _scenarios.Over();
            }

            return false;
        }

        if (Broken is not { } seen)
        {
            return false;
        }

        if (!_refused)
        {
            _lastBroken = seen;
            _scenarios.Failed(_scenarioBegan, mayMend: true);
        }

        return true;
    }

    /// <summary>Throws at once for a device that was given up, so that forty scenarios do not each wait for the boot time-out.</summary>
    private void RefuseWhileGivenUp()
    {
        var (words, last) = _boots.GivenUp is { } boots ? (boots, _lastFailure!.Message) : (_scenarios.GivenUp, _lastBroken);
        if (words is null)
        {
            return;
        }

        _refused = true;
        RecordSuspect(last);
        throw new RigErrorException(
            $"device {Name}", "a working device", $"not used: {words}; last: {last}", nextCommand: $"./harness doctor --rig {ShellWord.Quote(_rig.Path)}",
            inner: _lastFailure);
    }

    private async ValueTask WipeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _party!.ResetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RigErrorException) when (State == DeviceState.Broken)
        {
            // It broke between scenarios, which the one that starts now did not cause: boot it once more.
            await BootAsync(cancellationToken).ConfigureAwait(false);
            RecordSuspect(null);
        }
    }

    private async ValueTask BootAsync(CancellationToken cancellationToken)
    {
        if (State == DeviceState.Active)
        {
            return;
        }

        var started = _options.Time.GetTimestamp();
        try
        {
            await BootOrRecoverAsync(started, cancellationToken).ConfigureAwait(false);
            _boots.Over();
            _powerCycled = false;
        }
        catch (RigErrorException e)
        {
            _lastFailure = e;
            if (_powerCycled)
            {
                _boots.GiveUp(started); // cycling its power did not help: nobody waits for it again
            }
            else
            {
                _boots.Failed(started, IsTransient(e));
            }

            RecordSuspect(e.Seen);
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask BootOrRecoverAsync(long started, CancellationToken cancellationToken)
    {
        try
        {
            await BootAndCheckAsync(started, cancellationToken).ConfigureAwait(false);
        }
        catch (RigErrorException e)
        {
            if (!await RecoverAsync(e, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            await BootAndCheckAsync(_options.Time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Binds and activates the device. A real board whose line ended meanwhile, or whose name leads to another node by now, is reopened within the
    /// boot time: some boards show a boot loader first and then enumerate again as themselves.
    /// </summary>
    private async ValueTask BootAndCheckAsync(long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (State != DeviceState.Bound)
            {
                await ReleaseAsync().ConfigureAwait(false);
                await BindAsync(cancellationToken).ConfigureAwait(false);
            }

            RigErrorException? failure = null;
            try
            {
                await ActivateAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RigErrorException e)
            {
                failure = e;
            }

            var moved = _connection?.HasMoved == true;
            if (failure is null && !moved)
            {
                return;
            }

            var vanished = Cause(failure) is BoardVanishedException && !IsEmulated && _options.Time.GetElapsedTime(started) < _rig.Timeouts.Boot;
            if (!moved && !vanished)
            {
                throw failure!;
            }

            await ReleaseAsync().ConfigureAwait(false);
            await Task.Delay(PortOpening.Pause, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>True for a fault that can pass by itself (a board that is unplugged, held or silent); false for a wrong image or a port that is no terminal.</summary>
    private static bool IsTransient(RigErrorException failure) => Cause(failure)
        is DeviceHeldException or BoardVanishedException or BoardSilentException or BoardLateException or BoardGarbageException or BoardRestartedException
        or LinkException { Failure: LinkFailure.Missing or LinkFailure.Vanished or LinkFailure.Busy };

    // A board's own fault is the rig error itself; a port or lock is its cause.
    private static Exception? Cause(RigErrorException? failure) => failure is BoardException ? failure : failure?.InnerException;
}
