namespace Harness.Schemes.Hardened;

/// <summary>The pause of a device after failed logins: 1 s, doubling to 1 h. A broker without W, which may try one password a login, gets few.</summary>
public sealed class LoginBackOff
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);
    private DateTimeOffset? _failed;

    /// <summary>The pause after the latest failure; zero after a success.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>The rest of the pause before the next login.</summary>
    /// <param name="now">The device's time. A clock that was set back does not make a pause longer than it was.</param>
    public TimeSpan Remaining(DateTimeOffset now)
    {
        var rest = _failed is { } failed ? failed + Delay - now : TimeSpan.Zero;
        return rest <= TimeSpan.Zero ? TimeSpan.Zero : rest > Delay ? Delay : rest;
    }

    /// <summary>A login failed.</summary>
    public void Failed(DateTimeOffset now)
    {
        Delay = Delay == TimeSpan.Zero ? _first : Delay * 2 < _longest ? Delay * 2 : _longest;
        _failed = now;
    }

    /// <summary>A login succeeded.</summary>
    public void Succeeded() => (Delay, _failed) = (TimeSpan.Zero, null);
}
