namespace Harness.Schemes.Hardened;

/// <summary>The pause of a device after failed logins: 1 s, doubling to 1 h. A broker without W, which may try one password a login, gets few.</summary>
public sealed class LoginBackOff
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);

    /// <summary>The pause before the next login; zero after a success.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>A login failed.</summary>
    public void Failed() => Delay = Delay == TimeSpan.Zero ? _first : Delay * 2 < _longest ? Delay * 2 : _longest;

    /// <summary>A login succeeded.</summary>
    public void Succeeded() => Delay = TimeSpan.Zero;
}
