using Harness.Schemes.MqttPresent;

namespace Harness.Schemes;

/// <summary>The keys that a <see cref="HostParty"/> holds after a handshake, and its payload encryption with them: SK, and Ks (mqtt-present) or its end of the hop
/// (augmqtt, mqtt-auth). Called under its party's lock.</summary>
internal sealed class HostKeys(HostParty party, PartyWork work)
{
    private SessionKey? _sessionKey;
    private SessionKey? _trafficKey;
    private int _keyBits;
    private HopEnd? _hop;

    /// <summary>Its end of the hop.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY.</exception>
    public HopEnd Hop => _hop is { HasKey: true } hop ? hop : throw party.Refuse(PartyRefusal.NoKey, "no session key: log in first");

    /// <summary>Takes the SK of a finished handshake: it replaces the old SK and wipes Ks of the session before; a hop's old key is kept for reading.</summary>
    public void Established(SessionKey key, string scheme)
    {
        _sessionKey?.Dispose();
        _sessionKey = key;
        DropTrafficKey();
        if (SchemeNames.IsHopByHop(scheme))
        {
            _hop ??= new HopEnd(HopDirection.ToBroker);
            _hop.Replace(key.Bytes, keepOld: true);
        }
    }

    /// <summary>Unwraps Ks under SK.</summary>
    /// <returns>The fingerprint of Ks.</returns>
    /// <exception cref="PartyRefusedException">STATE without SK; BAD-KEY.</exception>
    public Timed<string> AcceptWrap(int keyBits, ReadOnlyMemory<byte> wrap)
    {
        var sessionKey = _sessionKey ?? throw party.Refuse(PartyRefusal.State, "no session key: log in first");
        var opened = work.Time(() => MqttPresentCipher.TryUnwrap(keyBits, sessionKey.Bytes, wrap.Span, out var key) ? key : null);
        if (opened.Value is not { } traffic)
        {
            throw party.Refuse(PartyRefusal.BadKey, "the wrap yields no 32-byte key");
        }

        DropTrafficKey();
        _trafficKey = new SessionKey(traffic);
        _keyBits = keyBits;
        CryptographicOperations.ZeroMemory(traffic);
        return new Timed<string>(_trafficKey.Fingerprint, opened.Ticks);
    }

    /// <summary>Encrypts under Ks.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY.</exception>
    public Timed<byte[]> SealEndToEnd(ReadOnlyMemory<byte> plaintext)
    {
        var key = TrafficKey();
        return work.Time(() => MqttPresentCipher.Seal(_keyBits, key.Bytes, plaintext.Span));
    }

    /// <summary>Decrypts under Ks.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY or BAD-PADDING.</exception>
    public Timed<byte[]> OpenEndToEnd(ReadOnlyMemory<byte> ciphertext)
    {
        var key = TrafficKey();
        var opened = work.Time(() => MqttPresentCipher.TryOpen(_keyBits, key.Bytes, ciphertext.Span, out var plaintext) ? plaintext : null);
        return opened.Value is { } value
            ? new Timed<byte[]>(value, opened.Ticks)
            : throw party.Refuse(PartyRefusal.BadPadding, "no valid padding");
    }

    /// <summary>Seals for the hop.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY.</exception>
    public Timed<byte[]> SealHop(string topic, ReadOnlyMemory<byte> plaintext)
    {
        var hop = Hop;
        return work.Time(() => hop.Seal(topic, plaintext.Span));
    }

    /// <summary>Opens a payload received over the hop.</summary>
    /// <exception cref="PartyRefusedException">NO-KEY, REPLAY or BAD-TAG.</exception>
    public Timed<byte[]> OpenHop(string topic, ReadOnlyMemory<byte> payload)
    {
        var hop = Hop;
        var opened = work.Time(() => (Result: hop.Open(topic, payload.Span, out var plaintext), Plaintext: plaintext));
        return opened.Value.Result switch
        {
            HopResult.Opened => new Timed<byte[]>(opened.Value.Plaintext, opened.Ticks),
            HopResult.Replay => throw party.Refuse(PartyRefusal.Replay, "the counter is not above the last one accepted"),
            _ => throw party.Refuse(PartyRefusal.BadTag, "the tag is wrong"),
        };
    }

    /// <summary>Forgets the hop key of the handshake before the last.</summary>
    public void ForgetOld() => _hop?.ForgetOld();

    /// <summary>Wipes all keys.</summary>
    public void Wipe()
    {
        _sessionKey?.Dispose();
        _sessionKey = null;
        DropTrafficKey();
        _hop?.Dispose();
        _hop = null;
    }

    private SessionKey TrafficKey() => _trafficKey ?? throw party.Refuse(PartyRefusal.NoKey, "no traffic key");

    private void DropTrafficKey()
    {
        _trafficKey?.Dispose();
        _trafficKey = null;
        _keyBits = 0;
    }
}
