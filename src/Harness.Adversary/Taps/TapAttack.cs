using System.Diagnostics;
using System.Reflection;

namespace Harness.Adversary.Taps;

/// <summary>An attack on a login, or on messages, that come by a tap before a broker that is not the harness's: everything it knows it saw on the wire. Calls come one at a time.</summary>
public abstract class TapAttack
{
    /// <summary>An attack whose class says its name and question.</summary>
    protected TapAttack()
    {
        var declared = GetType().GetCustomAttribute<TapAttackAttribute>(inherit: false) ?? throw new InvalidOperationException($"{GetType().Name} has no {nameof(TapAttackAttribute)}");
        (Name, Question) = (declared.Name, declared.Question);
    }

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>The property that it tries to break.</summary>
    public string Question { get; }

    /// <summary>True where it only looks on: several such may share a login.</summary>
    public virtual bool IsPassive => false;

    /// <summary>True where it waits for something on any connection: it takes no login for itself, and none waits for it.</summary>
    public virtual bool WatchesAll => false;

    /// <summary>True where it sends messages of its own and is answered by the connection's end: no other such may wait for the same end.</summary>
    internal virtual bool SendsMessages => false;

    /// <summary>The thing that it waits for, in words.</summary>
    protected virtual string Wanted => "login";

    /// <summary>The reason for which one that was begun has no outcome, in words.</summary>
    protected virtual string Unfinished => "the tap ended before its login did";

    /// <summary>The reason for which one that has no connection was not begun, or not begun anew, in words.</summary>
    protected virtual string Unbegun => $"no {Wanted} came by the tap for it";

    /// <summary>The connection that it attacks; 0 before.</summary>
    public int Connection { get; private set; }

    /// <summary>The outcome; null while it is open.</summary>
    public TapFinding? Finding { get; private set; }

    /// <summary>The CONNECT that it attacks; null before.</summary>
    protected ConnectPacket? Login { get; private set; }

    /// <summary>True once it saw all that it needs of its connection, which may then end: the next attack needs another login.</summary>
    public virtual bool HasSeenEnough => Finding is not null;

    /// <summary>Takes the login that begins with a CONNECT; null where it takes a connection for its messages.</summary>
    internal void Take(int connection, ConnectPacket? login)
    {
        Connection = connection;
        Login = login;
    }

    /// <summary>The tap itself ends its connection: it may begin anew on another.</summary>
    internal virtual void Release() => Connection = 0;

    /// <summary>Does what takes time, such as a connection of its own to the broker, before it answers a packet. Not under the lock of the others.</summary>
    /// <param name="packet">The packet of its connection.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="limit">Longest time of an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal virtual Task BeforeAsync(ProxiedPacket packet, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Answers a packet of its connection.</summary>
    /// <returns>The actions; null passes it on.</returns>
    internal IReadOnlyList<ProxyAction>? OnPacket(ProxiedPacket packet) => Finding is null ? See(packet) : null;

    /// <summary>Its connection ended.</summary>
    /// <param name="end">The end.</param>
    /// <param name="broker">The broker, for what is said again.</param>
    /// <param name="limit">Longest time of an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task EndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Finding is null)
        {
            await SeeEndAsync(end, broker, limit, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No login will come any more.</summary>
    internal void GiveUp() => Settle(Verdict.Inconclusive, Connection == 0 ? Unbegun : Unfinished);

    /// <inheritdoc cref="OnPacket"/>
    protected abstract IReadOnlyList<ProxyAction>? See(ProxiedPacket packet);

    /// <inheritdoc cref="EndAsync"/>
    protected abstract Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>An end, and the side that it came from, in words.</summary>
    protected static string Ended(ConnectionEnd end) => $"the {end.By switch { ConnectionSide.Client => "device", ConnectionSide.Broker => "broker", _ => "tap" }} ended the connection";

    /// <summary>The reason for which an end is no answer of a side to what was sent to it, in words; null where it is one.</summary>
    /// <param name="end">The end.</param>
    /// <param name="side">The side that was to answer.</param>
    /// <param name="sentAt">Time of sending, as <see cref="Stopwatch.GetTimestamp"/> counts.</param>
    /// <param name="limit">Longest time of an answer: what ends a connection later is a time limit of its own.</param>
    protected static string? NoAnswer(ConnectionEnd end, ConnectionSide side, long sentAt, TimeSpan limit)
    {
        var after = Stopwatch.GetElapsedTime(sentAt, end.At);
        return end.By != side ? Ended(end)
            : after < TimeSpan.Zero || !end.HadHeardAll ? $"{Ended(end)} before it can have read what was sent"
            : after > limit ? string.Create(CultureInfo.InvariantCulture, $"{Ended(end)} {after.TotalSeconds:0.#} s later, which is no answer any more,")
            : null;
    }

    /// <summary>True for a broker's reason that speaks of itself, of time or of another login, and not of what it was sent: as it ends or has too much to do, it would end any connection.</summary>
    protected static bool IsOfItself(ReasonCode reason) => reason is < ReasonCode.UnspecifiedError or ReasonCode.ServerUnavailable or ReasonCode.ServerBusy or ReasonCode.ServerShuttingDown
        or ReasonCode.KeepAliveTimeout or ReasonCode.SessionTakenOver or ReasonCode.ReceiveMaximumExceeded or ReasonCode.MessageRateTooHigh or ReasonCode.QuotaExceeded or ReasonCode.AdministrativeAction
        or ReasonCode.UseAnotherServer or ReasonCode.ServerMoved or ReasonCode.ConnectionRateExceeded or ReasonCode.MaximumConnectTime;

    /// <summary>A reason code in words.</summary>
    protected static string Said(ReasonCode reason) => $"0x{(byte)reason:x2}";

    /// <summary>Tells the outcome; the first stands.</summary>
    protected void Settle(Verdict verdict, string evidence) => Finding ??= new TapFinding(Name, Question, verdict, evidence);
}
