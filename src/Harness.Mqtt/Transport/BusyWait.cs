namespace Harness.Mqtt.Transport;

/// <summary>Decides whether a thread asks again and again for what comes next, or sleeps until the kernel wakes it. A thread that slept begins some 20 µs late and with cold caches; one that asks
/// takes a processor.</summary>
/// <param name="time">Its clock.</param>
/// <param name="allowed">False where it always sleeps.</param>
internal sealed class BusyWait(TimeProvider time, bool allowed)
{
    private const int Remembered = 64; // gaps that the mean goes back over
    private readonly long _rare = time.TimestampFrequency / 1000;
    private readonly long _longest = time.TimestampFrequency / 500;
    private long _mean = time.TimestampFrequency / 500;
    private long _last;

    /// <summary>True where what comes next is worth asking for: it came more often than once a millisecond of late, and the last is not two milliseconds ago.</summary>
    public bool IsWorthIt => allowed && _mean < _rare && time.GetTimestamp() - _last < _longest;

    /// <summary>Notes that something came.</summary>
    public void Came()
    {
        var now = time.GetTimestamp();
        _mean += (Math.Min(now - _last, _longest) - _mean) / Remembered;
        _last = now;
    }

    /// <summary>Sleeps until more came: something else needs the processor.</summary>
    public void Sleep() => _mean = _longest;
}
