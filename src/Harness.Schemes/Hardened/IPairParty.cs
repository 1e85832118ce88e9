namespace Harness.Schemes.Hardened;

/// <summary>The effects of a pair message, a login or an epoch.</summary>
/// <param name="Result">The outcome of the message; Opened where there was none.</param>
/// <param name="ToBroker">The messages to publish on the party's pair topic, in this order.</param>
/// <param name="Subscribe">The topic on the wire to subscribe to; null for none.</param>
public sealed record PairOutput(HardenedResult Result, IReadOnlyList<byte[]> ToBroker, string? Subscribe = null);

/// <summary>The state of a party that anybody may know.</summary>
/// <param name="Epoch">The number of the current epoch; null before the first.</param>
/// <param name="WireTopic">The topic of the current epoch on the wire.</param>
/// <param name="Paired">The partners it shares a key with.</param>
/// <param name="EpochDue">A publisher's next epoch; null where none is due.</param>
/// <param name="Missing">Messages that a subscriber missed.</param>
public sealed record PairStatus(uint? Epoch, string? WireTopic, IReadOnlyList<string> Paired, DateTimeOffset? EpochDue, ulong Missing);

/// <summary>A party's part of the scheme beyond its login: it says what to publish and subscribe to, and whoever carries its messages does so, in order.</summary>
public interface IPairParty
{
    /// <summary>The topic on which it exchanges pair messages with the broker.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY: it is not logged in.</exception>
    string PairTopic { get; }

    /// <summary>The state.</summary>
    PairStatus Status { get; }

    /// <summary>Gives the ClientId of the next login, once; the login is bound to it.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    ValueTask<string> PseudonymAsync(CancellationToken cancellationToken);

    /// <summary>Its login, or re-authentication, succeeded, and its pair topic is subscribed to.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY, NO-SEED or SPENT.</exception>
    ValueTask<PairOutput> LoggedInAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes what came on its pair topic.</summary>
    ValueTask<PairOutput> TakeAsync(ReadOnlyMemory<byte> payload, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Begins the epoch that is due, once it is.</summary>
    /// <exception cref="PartyRefusedException">NO-SEED or SPENT.</exception>
    ValueTask<PairOutput> ElapsedAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Begins a new epoch (publisher).</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED where it does not publish; NO-SEED or SPENT.</exception>
    ValueTask<PairOutput> BeginEpochAsync(CancellationToken cancellationToken);

    /// <summary>Takes one more subscriber in (publisher).</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED where it does not publish.</exception>
    ValueTask AddPairAsync(PairAccount account, CancellationToken cancellationToken);

    /// <summary>Forgets a subscriber and begins a new epoch without it (publisher).</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED where it does not publish; NO-SEED or SPENT.</exception>
    ValueTask<PairOutput> RevokeAsync(string subscriber, CancellationToken cancellationToken);
}
