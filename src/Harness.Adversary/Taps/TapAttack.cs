using System.Reflection;

namespace Harness.Adversary.Taps;

/// <summary>An attack on one login that comes by a tap before a broker that is not the harness's: everything it knows it saw on the wire. Calls come one at a time.</summary>
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

    /// <summary>The connection that it attacks; 0 before.</summary>
    public int Connection { get; private set; }

    /// <summary>The outcome; null while it is open.</summary>
    public TapFinding? Finding { get; private set; }

    /// <summary>The CONNECT that it attacks; null before.</summary>
    protected ConnectPacket? Login { get; private set; }

    /// <summary>True once it saw all that it needs of its connection, which may then end: the next attack needs another login.</summary>
    public virtual bool HasSeenEnough => Finding is not null;

    /// <summary>Takes the login that begins with a CONNECT.</summary>
    internal void Take(int connection, ConnectPacket login)
    {
        Connection = connection;
        Login = login;
    }

    /// <summary>Answers a packet of its connection.</summary>
    /// <returns>The actions; null passes it on.</returns>
    internal IReadOnlyList<ProxyAction>? OnPacket(ProxiedPacket packet) => Finding is null ? See(packet) : null;

    /// <summary>Its connection ended.</summary>
    internal async Task EndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Finding is null)
        {
            await SeeEndAsync(broker, limit, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No login will come any more.</summary>
    internal void GiveUp() => Settle(Verdict.Inconclusive, Connection == 0 ? "no login came by the tap for it" : "the tap ended before its login did");

    /// <inheritdoc cref="OnPacket"/>
    protected abstract IReadOnlyList<ProxyAction>? See(ProxiedPacket packet);

    /// <inheritdoc cref="EndAsync"/>
    protected abstract Task SeeEndAsync(IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>A reason code in words.</summary>
    protected static string Said(ReasonCode reason) => $"0x{(byte)reason:x2}";

    /// <summary>Tells the outcome; the first stands.</summary>
    protected void Settle(Verdict verdict, string evidence) => Finding ??= new TapFinding(Name, Question, verdict, evidence);
}
