namespace Harness.Bench.Devices;

/// <summary>
/// Opens the port of a real board. A missing port (a board that re-enumerates) is waited for as long as the rig's boot time, a held port
/// as long as <see cref="TestBenchOptions.Wait"/> asks, or else as long as that. A stable name is resolved anew at each try.
/// </summary>
internal sealed class PortOpening(RigFile rig, DeviceEntry entry, TestBenchOptions options)
{
    /// <summary>Time between two tries.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _port = entry.Port!;

    /// <summary>Takes the lock and opens the line.</summary>
    /// <exception cref="DeviceHeldException">Another run held the port for the whole wait.</exception>
    /// <exception cref="LinkException">The port is missing, held by another program, or cannot be opened at all.</exception>
    public async Task<(DeviceLock Lock, ILink Link, string Node)> OpenAsync(CancellationToken cancellationToken)
    {
        var started = options.Time.GetTimestamp();
        string? told = null;
        while (true)
        {
            var (opened, error) = Try();
            if (opened is { } open)
            {
                return open;
            }

            var waited = options.Time.GetElapsedTime(started);
            var limit = LimitOf(error!);
            if (waited >= limit)
            {
                throw limit > TimeSpan.Zero ? Late(error!, waited) : error!;
            }

            told = Tell(error!, limit, told);
            await Task.Delay(Pause < limit - waited ? Pause : limit - waited, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ((DeviceLock, ILink, string)? Opened, Exception? Error) Try()
    {
        DeviceLock? held = null;
        try
        {
            var node = DeviceNode.Resolve(_port);
            held = DeviceLock.Take(entry.Name, _port, options.LockFolder, options.Time);
            var link = entry.Line != "tty" ? options.Drivers.Line(rig, entry.Line)(_port, entry.Serial) : options.OpenLink(_port, entry.Serial);
            return ((held, link, node), null);
        }
        catch (Exception e) when (LimitOf(e) > TimeSpan.Zero)
        {
            held?.Dispose();
            return (null, e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private TimeSpan LimitOf(Exception error) => error switch
    {
        DeviceHeldException or LinkException { Failure: LinkFailure.Busy } => options.Patience(rig),
        LinkException { Failure: LinkFailure.Missing or LinkFailure.Vanished } => rig.Timeouts.Boot,
        _ => TimeSpan.Zero,
    };

    // Reported once per cause, not once per try.
    private string Tell(Exception error, TimeSpan limit, string? told)
    {
        var seen = error is DeviceHeldException held ? $"{held.Port} is held by {held.Holder}" : error.Message.TrimEnd('.');
        if (seen != told)
        {
            options.OnWaiting?.Invoke($"waiting up to {Seconds(limit)} for {entry.Name}: {seen}");
        }

        return seen;
    }

    /// <summary>The same error, with the time that was waited.</summary>
    public static Exception Late(Exception error, TimeSpan waited) => error switch
    {
        DeviceHeldException e => new DeviceHeldException(e.Device, e.Port, $"{e.HolderWithAge}; waited {Seconds(waited)} for it"),
        LinkException { Failure: LinkFailure.Busy } e => new LinkException(
            e.Failure, e.Device, $"{e.Message} Waited {Seconds(waited)} for it.", $"{e.NextCommand} (or wait for it: --wait 10m)", e),
        LinkException e => new LinkException(e.Failure, e.Device, $"{e.Message} Waited {Seconds(waited)} for it.", e.NextCommand, e),
        _ => error,
    };

    /// <summary>A time in words.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds < 120
        ? time.TotalSeconds.ToString("0.# 's'", CultureInfo.InvariantCulture) : time.TotalMinutes.ToString("0.# 'min'", CultureInfo.InvariantCulture);
}
