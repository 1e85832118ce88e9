using Harness.Record;
using Harness.Schemes;

namespace Harness.Bench;

/// <content>From scenario to scenario: brought up where it is asked for, wiped at its first use, given up where it stays broken.</content>
public sealed partial class BenchDevice
{
    private const int MostFailedBoots = 2;
    private readonly SemaphoreSlim _boot = new(1, 1);
    private int _failedBoots;
    private RigErrorException? _lastFailure;
    private RigErrorException? _givenUp;

    /// <summary>For the rest of the run whoever asks for it is told at once that it is broken, rather than after one more time-out; other devices go on.</summary>
    /// <param name="scenarios">In how many scenarios in a row it broke.</param>
    public void GiveUp(int scenarios) => _givenUp = new RigErrorException(
        $"device {Name}", "a working device", $"not used: it broke in {scenarios} scenarios in a row, last: {Broken ?? "unknown"}",
        nextCommand: $"./harness doctor --rig {ShellWord.Quote(_rig.Path)}");

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

            if (_givenUp is { } broken)
            {
                Blame(broken.Seen);
                throw new RigErrorException(broken.Item, broken.Expected, broken.Seen, nextCommand: broken.NextCommand, inner: broken);
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
        Blame(null);
        if (_frozen && _connection?.Emulator is { HasEnded: false } emulator)
        {
            emulator.Resume();

            // Bytes it swallowed while frozen are answered now, at any time: a new boot is cleaner than guessing.
            Set(DeviceState.Broken);
        }

        _frozen = false;
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
        }
    }

    private async ValueTask BootAsync(CancellationToken cancellationToken)
    {
        if (State == DeviceState.Active)
        {
            return;
        }

        // A dead rig is said once and at once, not a boot time-out for each of forty scenarios.
        if (_failedBoots >= MostFailedBoots)
        {
            var last = _lastFailure!;
            Blame(last.Seen);
            throw new RigErrorException(last.Item, last.Expected, $"{last.Seen}; given up after {_failedBoots} boots", last.Unit, last.NextCommand, last);
        }

        await ReleaseAsync().ConfigureAwait(false);
        try
        {
            await BindAsync(cancellationToken).ConfigureAwait(false);
            await ActivateAsync(cancellationToken).ConfigureAwait(false);
            _failedBoots = 0;
        }
        catch (RigErrorException e)
        {
            _failedBoots++;
            _lastFailure = e;
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
}
