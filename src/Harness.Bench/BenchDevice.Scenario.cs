using Harness.Hardware;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Bench;

/// <content>From scenario to scenario: brought up where it is asked for, wiped at its first use, given up where it stays broken.</content>
public sealed partial class BenchDevice
{
    private const int LeastFailedBoots = 2;
    private const int LeastBrokenScenarios = 3;
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _boot = new(1, 1);
    private readonly Outage _boots;
    private readonly Outage _scenarios;
    private RigErrorException? _lastFailure;
    private string? _lastBroken;
    private long _scenarioBegan;
    private bool _refused;

    /// <summary>Takes the port of a real board ahead of its first use, so that a run begins when it has what it needs. A port that is not there is left to the first use.</summary>
    /// <exception cref="RigErrorException">Another held it as long as it was to be waited for.</exception>
    internal async ValueTask ReserveAsync(CancellationToken cancellationToken)
    {
        await _boot.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (State == DeviceState.Idle && Path.Exists(Entry.Port))
            {
                await BindAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _boot.Release();
        }
    }

    /// <summary>Brings the device up if it is not; wiped at its first use in a scenario.</summary>
    internal async ValueTask<IParty> ReadyAsync(CancellationToken cancellationToken)
    {
        await _boot.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (State == DeviceState.Disposed)
            {
                throw Wrong("GetPartyAsync", "an open bench");
            }

            if (State != DeviceState.Active || !_fresh)
            {
                RefuseWhileGivenUp();
            }

            if (!_fresh && State == DeviceState.Active && _connection?.HasMoved == true)
            {
                Set(DeviceState.Broken);
            }

            await BootAsync(cancellationToken).ConfigureAwait(false);
            if (!_fresh)
            {
                await WipeAsync(cancellationToken).ConfigureAwait(false);
            }

            _fresh = true;
            return _party!;
        }
        finally
        {
            _boot.Release();
        }
    }

    /// <summary>What the last scenario did to the device ends here.</summary>
    internal void BeginScenario(string? transcript)
    {
        Transcript.Begin(transcript);
        _connection?.Line.Clear();
        _fresh = false;
        _refused = false;
        _scenarioBegan = _options.Time.GetTimestamp();
        Blame(null);
        if (_frozen && _connection?.Emulator is { HasEnded: false } emulator)
        {
            emulator.Resume();

            // Bytes it swallowed while frozen are answered now, at any time: a new boot is cleaner than guessing.
            Set(DeviceState.Broken);
        }

        _frozen = false;
    }

    /// <summary>Counts what a scenario came to for or against the device.</summary>
    /// <param name="rigBroke">Whether its verdict is that the rig broke.</param>
    /// <returns>Whether that was this device.</returns>
    internal bool Judged(bool rigBroke)
    {
        if (!rigBroke)
        {
            if (_fresh)
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

    /// <summary>A dead board is said once and at once, not with a boot time-out for each of forty scenarios; others go on.</summary>
    private void RefuseWhileGivenUp()
    {
        var (words, last) = _boots.GivenUp is { } boots ? (boots, _lastFailure!.Message) : (_scenarios.GivenUp, _lastBroken);
        if (words is null)
        {
            return;
        }

        _refused = true;
        Blame(last);
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
            // It broke between scenarios, which is no fault of the one that begins: boot it once more.
            await BootAsync(cancellationToken).ConfigureAwait(false);
            Blame(null);
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
            await ComeUpAsync(started, cancellationToken).ConfigureAwait(false);
            _boots.Over();
        }
        catch (RigErrorException e)
        {
            _lastFailure = e;
            _boots.Failed(started, MayMend(e.InnerException));
            Blame(e.Seen);
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Binds and activates; a real board whose line ended meanwhile, or whose name leads to another node by now, is opened anew within the boot
    /// time: some show a boot loader first, and enumerate again as themselves.
    /// </summary>
    private async ValueTask ComeUpAsync(long started, CancellationToken cancellationToken)
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

            var vanished = failure?.InnerException is BoardVanishedException && !IsEmulated && _options.Time.GetElapsedTime(started) < _rig.Timeouts.Boot;
            if (!moved && !vanished)
            {
                throw failure!;
            }

            await ReleaseAsync().ConfigureAwait(false);
            await Task.Delay(PortOpening.Pause, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A board that is away, held or silent may come back by itself; a wrong image or a port that is none stays.</summary>
    private static bool MayMend(Exception? cause) => cause
        is DeviceHeldException or BoardVanishedException or BoardSilentException or BoardLateException or BoardGarbageException or BoardRestartedException
        or LinkException { Failure: LinkFailure.Missing or LinkFailure.Vanished or LinkFailure.Busy };
}
