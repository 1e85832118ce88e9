namespace Harness.Schemes.AugMqtt;

/// <summary>One end of a hop over successive handshakes: it seals under the newest SK, and also opens under the one before until told to forget it.</summary>
/// <remarks>
/// After a re-authentication, payloads sealed under the old key may still arrive; the owner of this object forgets the old key after
/// <see cref="OldKeyLifetime"/>. Not thread-safe.
/// </remarks>
/// <param name="sends">The direction this end seals in.</param>
[Scheme(SchemeNames.AugMqtt, Order = 2, Label = "as described", IsHopByHop = true, Choose = "when the broker may read and forge everything, and every client may use every topic")]
public sealed class HopEnd(HopDirection sends) : IDisposable
{
    private HopChannel? _current;
    private HopChannel? _old;

    /// <summary>The time for which the old key is kept for reading: 10 s.</summary>
    public static TimeSpan OldKeyLifetime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>True where it holds a key to seal with.</summary>
    public bool HasKey => _current is not null;

    /// <summary>True while the key before is still kept.</summary>
    public bool HasOldKey => _old is not null;

    /// <summary>Takes the key of a completed handshake; the key before is kept for reading.</summary>
    /// <param name="sessionKey">SK, 32 bytes; the caller keeps and wipes its own.</param>
    /// <param name="keepOld">False where the connection is a new one: nothing under the old key can be on its way.</param>
    public void Replace(ReadOnlySpan<byte> sessionKey, bool keepOld)
    {
        _old?.Dispose();
        _old = keepOld ? _current : null;
        if (!keepOld)
        {
            _current?.Dispose();
        }

        _current = new HopChannel(sessionKey, sends);
    }

    /// <summary>Forgets the old key.</summary>
    public void ForgetOld()
    {
        _old?.Dispose();
        _old = null;
    }

    /// <summary>Seals under the newest key.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext) =>
        (_current ?? throw new InvalidOperationException($"{nameof(HopEnd)}.{nameof(Seal)}: no key yet; a handshake comes first")).Seal(topic, plaintext);

    /// <summary>Opens under the newest key, else under the old one.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public HopResult Open(string topic, ReadOnlySpan<byte> payload, out byte[] plaintext)
    {
        var current = _current ?? throw new InvalidOperationException($"{nameof(HopEnd)}.{nameof(Open)}: no key yet; a handshake comes first");
        var result = current.Open(topic, payload, out plaintext);
        return result == HopResult.BadTag && _old is not null ? _old.Open(topic, payload, out plaintext) : result;
    }

    /// <summary>Forgets both keys.</summary>
    public void Dispose()
    {
        ForgetOld();
        _current?.Dispose();
        _current = null;
    }
}
