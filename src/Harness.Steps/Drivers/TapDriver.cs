using System.Collections.Concurrent;
using Harness.Adversary.Taps;

namespace Harness.Steps.Drivers;

/// <summary>The adversary on the wire between devices and the scenario's broker.</summary>
public sealed class TapDriver(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private readonly Tap _tap = new();
    private readonly RulePolicy _rules = new([]);
    private readonly ConcurrentBag<Task> _ending = [];

    /// <summary>The adversary at the tap.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public Tap Tap => IsOpen ? _tap : throw NoTap();

    /// <summary>True where logins go through the tap.</summary>
    public bool IsOpen => broker is { IsStarted: true, Testbed.Proxy: not null };

    /// <summary>The place where devices log in: the tap where there is one, else the broker.</summary>
    public IPEndPoint Endpoint => broker.Testbed.Endpoint;

    /// <summary>The bytes at the tap, both directions.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no tap.</exception>
    public IReadOnlyList<CapturedBytes> Capture => IsOpen ? broker.Testbed.Proxy!.Capture : throw NoTap();

    /// <summary>The counts of the link at the tap.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no link.</exception>
    public LinkCounts LinkCounts => IsOpen && broker.Testbed.Proxy!.Link is not null ? broker.Testbed.Proxy.LinkCounts : throw NoLink();

    /// <summary>Puts a link with faults at the tap, for the connections that open from now on.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no tap.</exception>
    public void SetLink(LinkConditions conditions) => (IsOpen ? broker.Testbed.Proxy! : throw NoTap()).SetLink(conditions);

    /// <summary>Puts the tap between devices and the broker, where it is not there yet.</summary>
    public async Task OpenAsync()
    {
        var rig = environment.Bench.Rig.Broker;
        if (!IsOpen)
        {
            await broker.Testbed.OpenTapAsync(_tap, scope.Cancellation, rig.TapPort == 0 ? null : new IPEndPoint(rig.Address, rig.TapPort));
        }
    }

    /// <summary>Sets the attack that the tap carries out.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no tap.</exception>
    public void Attack(NthPacketPolicy attack) => Tap.Attack = attack;

    /// <summary>The rules of the tap, in order.</summary>
    public IReadOnlyList<TapRule> Rules => _rules.Rules;

    /// <summary>The attacks on logins and messages that the tap tries; null before <see cref="Try"/>.</summary>
    public AttackingPolicy? Attacking { get; private set; }

    /// <summary>Has the tap keep a rule, for the packets that come from now on.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no tap.</exception>
    public void Add(TapRule rule)
    {
        var tap = Tap;
        _rules.Add(rule);
        tap.Behind ??= _rules;
    }

    /// <summary>Has the tap try attacks, each on a login of its own, from the next login on.</summary>
    /// <exception cref="UnjudgeableException">The scenario has no tap.</exception>
    public void Try(IReadOnlyList<TapAttack> attacks)
    {
        var (tap, at) = (Tap, broker.Broker.Endpoint);
        var attacking = Attacking = new AttackingPolicy(attacks, _rules, at);
        broker.Testbed.Proxy!.ConnectionEnded += end => _ending.Add(attacking.EndAsync(end, at, AnswerWithin, scope.Cancellation));
        tap.Behind = attacking;
    }

    /// <summary>Ends the attack of the tap, where there is one.</summary>
    public void EndAttack() => _tap.Attack = null;

    /// <summary>The connections at the tap, each of which must have been a login that the broker refused.</summary>
    /// <param name="count">Number in the sentence.</param>
    /// <exception cref="UnjudgeableException">There are others, or another number of them.</exception>
    public IReadOnlyList<int> RefusedConnections(int count)
    {
        var seen = Tap.Seen;
        var connections = seen.Select(packet => packet.Connection).Distinct().Order().ToList();
        Check.Needs(
            count > 1 && connections.Count == count, "logins at the tap", count > 1 ? $"{count} that were refused" : "two or more to compare", $"{connections.Count}",
            "When host logs in");
        var refused = seen.Where(p => p is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket { Reason: not ReasonCode.Success } }).Select(p => p.Connection).Distinct().Count();
        Check.Needs(refused == count, "logins at the tap", $"{count} that were refused", $"{refused} refused", "Given host was given another password");
        return connections;
    }

    private static UnjudgeableException NoLink() => new("link", "one between devices and the broker", "none", "Given a link with 20 ms delay between host and the broker");

    private static UnjudgeableException NoTap() => new("tap", "a tap in the scenario", "none", "Given a tap on every connection");
}
