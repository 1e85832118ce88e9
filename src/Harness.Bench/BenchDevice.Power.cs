namespace Harness.Bench;

/// <content>The device's power: cut by a scenario, and once where the device stays broken.</content>
public sealed partial class BenchDevice
{
    private static readonly TimeSpan RecoveryCut = TimeSpan.FromMilliseconds(500);
    private bool _powerCycled;

    /// <summary>Cuts the board's power for a while: an emulator is ended and booted anew at the next use, a real board's switch is turned off and on.</summary>
    /// <param name="duration">Time without power.</param>
    /// <param name="cancellationToken">Ends the time early; the power is restored all the same.</param>
    /// <exception cref="InconclusiveException">The device is no board, or the rig has no switch for it.</exception>
    /// <exception cref="RigErrorException">The switch does not work, or somebody else holds the board.</exception>
    public async Task CutPowerAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (Entry.Kind != DeviceKind.Serial)
        {
            throw new InconclusiveException($"power of {Name}", "a board", $"kind {Entry.Kind.ToString().ToLowerInvariant()}");
        }

        if (!IsEmulated && Entry.Power is null)
        {
            throw new InconclusiveException(
                $"power of {Name}", "a switch in the rig file (power: by rts, dtr, gpio, uhubctl or command)", "none", nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(_rig.Path)}");
        }

        await _bootGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Transcript.Note(string.Create(CultureInfo.InvariantCulture, $"the power was cut for {duration.TotalMilliseconds:0} ms"));
            await SwitchAsync(duration, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bootGate.Release();
        }
    }

    private async Task SwitchAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var isUp = State is DeviceState.Bound or DeviceState.Active;
        if (IsEmulated)
        {
            if (isUp)
            {
                _connection!.Emulator!.Kill();
                Set(DeviceState.Broken);
            }

            await Task.Delay(duration, _options.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        // The lock is kept while the line is closed: nobody else may find the board without power.
        var held = _connection is null
            ? await DeviceLock.TakeAsync(Name, Entry.Port!, _options.Patience(_rig), _options.OnWaiting, _options.LockFolder, _options.Time, cancellationToken).ConfigureAwait(false) : null;
        try
        {
            if (isUp)
            {
                Line.Cut();
                Set(DeviceState.Broken);
            }

            await PowerSwitch.CutAsync(_rig, Entry, duration, _options.Program, _options.Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Cycles the power of a board that does not come up, once until it has worked again.</summary>
    /// <returns>True if the power was cycled, so that one more try is worth it.</returns>
    private async Task<bool> RecoverAsync(RigErrorException failure, CancellationToken cancellationToken)
    {
        if (IsEmulated || Entry.Power is null || _powerCycled || !IsTransient(failure) || failure.InnerException is DeviceHeldException)
        {
            return false;
        }

        _powerCycled = true;
        await ReleaseAsync().ConfigureAwait(false);
        RecordFault(new BoardFault(Name, "power-cycled", $"it did not come up: {failure.Seen}"));
        await SwitchAsync(RecoveryCut, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
