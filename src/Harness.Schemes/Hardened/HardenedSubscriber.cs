namespace Harness.Schemes.Hardened;

/// <summary>The outcome of a pair message at a subscriber.</summary>
/// <param name="Result">Opened: it was taken.</param>
/// <param name="Reply">A body for the publisher; null for none.</param>
/// <param name="NewTopic">The topic on the wire to subscribe to from now on; null where no epoch began.</param>
public sealed record SubscriberStep(HardenedResult Result, byte[]? Reply = null, string? NewTopic = null);

/// <summary>A subscriber to one topic of one publisher: pair runs as AugPAKE's client, epochs, opening. No I/O; not thread-safe.</summary>
/// <remarks>
/// Each of its logins asks for a pair run, and so does an epoch that it cannot open: where a run waits for its first answer, by the same message again. Until the run is done the key of the one before holds. The epoch before the current one is still read until
/// <see cref="ForgetPrevious"/>, which whoever carries messages calls after 10 s.
/// </remarks>
public sealed class HardenedSubscriber : IDisposable
{
    private readonly HardenedCipher _cipher;
    private readonly string _client;
    private readonly string _publisher;
    private readonly string _topic;
    private readonly AugPakeGroup _group;
    private readonly byte[] _passwordScalar;
    private readonly byte[]? _publicKey;
    private readonly byte[] _run = new byte[PairMessage.RunSize];
    private AugPakeClient? _handshake;
    private byte[] _start = [];
    private bool _proved;
    private SessionKey? _key;
    private ulong _count;
    private MessageOpener? _current;
    private MessageOpener? _previous;
    private ulong _missedBefore;

    /// <summary>Makes a subscriber without keys, as after a power cycle.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="client">C.</param>
    /// <param name="publisher">The publisher's C.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    /// <param name="group">The group of the pair runs.</param>
    /// <param name="passwordScalar">w' of the pair password, with field "pair"; copied.</param>
    /// <param name="publicKey">The publisher's public key where messages are signed.</param>
    /// <param name="failures">Failed pair runs so far, as the device stored them.</param>
    public HardenedSubscriber(
        HardenedCipher cipher, string client, string publisher, string topic, AugPakeGroup group, ReadOnlySpan<byte> passwordScalar, byte[]? publicKey = null,
        int failures = 0)
    {
        Limit = new GuessLimit(failures);
        (_cipher, _client, _publisher, _topic, _group, _publicKey) = (cipher, client, publisher, topic, group, publicKey);
        _passwordScalar = GC.AllocateArray<byte>(passwordScalar.Length, pinned: true);
        passwordScalar.CopyTo(_passwordScalar);
    }

    /// <summary>The publisher's C.</summary>
    public string Publisher => _publisher;

    /// <summary>The failed pair runs.</summary>
    public GuessLimit Limit { get; }

    /// <summary>The number of the current epoch; null before the first.</summary>
    public uint? Epoch => _current?.Epoch;

    /// <summary>The topic of the current epoch on the wire; null before the first.</summary>
    public string? WireTopic => _current?.WireTopic;

    /// <summary>Fingerprint of SK_PS; null where there is none.</summary>
    public string? PairFingerprint => _key?.Fingerprint;

    /// <summary>Messages that did not come, of the epochs seen since the start: the counters of each that lie below the highest one known.</summary>
    public ulong Missing => _missedBefore + (_current?.Window.Missing ?? 0);

    /// <summary>Its login succeeded: it starts a pair run.</summary>
    /// <returns>The body for the publisher.</returns>
    public byte[] LoggedIn() => Start();

    /// <summary>Takes a body that the broker carried from the publisher.</summary>
    public SubscriberStep Take(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!PairMessage.TryDecode(body, out var message))
        {
            return new SubscriberStep(HardenedResult.Malformed);
        }

        return message.Kind switch
        {
            PairMessageKind.Ask => new SubscriberStep(HardenedResult.Opened, Start()),
            PairMessageKind.Answer when IsRun(message) && !_proved => Answered(message, now),
            PairMessageKind.Done when IsRun(message) && _proved => Finished(message),
            PairMessageKind.Fail when IsRun(message) => Ended(),
            PairMessageKind.Epoch => Began(message),
            _ => new SubscriberStep(HardenedResult.Replay),
        };
    }

    /// <summary>Opens a message.</summary>
    /// <param name="wireTopic">The topic that it came on.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="plaintext">The plaintext; null unless opened.</param>
    public HardenedResult Open(string wireTopic, ReadOnlySpan<byte> payload, out byte[]? plaintext)
    {
        plaintext = null;
        var opener = wireTopic == _current?.WireTopic ? _current : wireTopic == _previous?.WireTopic ? _previous : null;
        return opener is null ? HardenedResult.NoKey : opener.Open(payload, out plaintext);
    }

    /// <summary>Forgets the epoch before the current one.</summary>
    public void ForgetPrevious()
    {
        _previous?.Dispose();
        _previous = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndRun();
        CryptographicOperations.ZeroMemory(_passwordScalar);
        _key?.Dispose();
        _current?.Dispose();
        ForgetPrevious();
    }

    private bool IsRun(PairMessage message) => _handshake is not null && message.Run.Span.SequenceEqual(_run);

    private byte[] Start()
    {
        EndRun();
        RandomNumberGenerator.Fill(_run);
        _handshake = AugPakeClient.FromPasswordScalar(
            _group, AugPakeProfile.Framed, _client, _publisher, _passwordScalar, HardenedPublisher.RunField);
        return _start = new PairMessage(
            PairMessageKind.Start, _run.ToArray(), AugPakeMethod.Of(AugPakeProfile.Framed, _group), 0, _handshake.Start()).Encode();
    }

    private SubscriberStep Answered(PairMessage message, DateTimeOffset now)
    {
        // V_C lets whoever answered try one password: counted before it leaves, and taken back by V_S alone.
        if (!Limit.TryBegin(now))
        {
            EndRun();
            return new SubscriberStep(HardenedResult.Opened, PairMessage.Failed(message.Run, PairFailure.Limit).Encode());
        }

        try
        {
            var proof = _handshake!.Respond(message.Data.Span);
            _proved = true;
            return new SubscriberStep(HardenedResult.Opened, PairMessage.OfRun(PairMessageKind.Proof, message.Run, proof).Encode());
        }
        catch (AugPakeException)
        {
            // Nothing left: no password can be tried with it.
            Limit.Succeeded();
            EndRun();
            return new SubscriberStep(HardenedResult.Malformed, PairMessage.Failed(message.Run, PairFailure.Protocol).Encode());
        }
    }

    private SubscriberStep Finished(PairMessage message)
    {
        try
        {
            var key = _handshake!.Finish(message.Data.Span);
            Limit.Succeeded();
            _key?.Dispose();
            (_key, _count) = (key, 0);
            return new SubscriberStep(HardenedResult.Opened);
        }
        catch (AugPakeException)
        {
            return new SubscriberStep(HardenedResult.BadTag);
        }
        finally
        {
            EndRun();
        }
    }

    private SubscriberStep Ended()
    {
        EndRun();
        return new SubscriberStep(HardenedResult.Opened);
    }

    private SubscriberStep Began(PairMessage message)
    {
        if (_key is null)
        {
            return new SubscriberStep(HardenedResult.NoKey, StartOrSayAgain());
        }

        if (message.Name != _topic)
        {
            return new SubscriberStep(HardenedResult.Malformed);
        }

        using var keys = EpochKeys.Open(_cipher, _key.Bytes, message);
        if (keys is null)
        {
            return new SubscriberStep(HardenedResult.BadTag, StartOrSayAgain());
        }

        if (message.Count <= _count || keys.Epoch <= Epoch)
        {
            return new SubscriberStep(HardenedResult.Replay);
        }

        _count = message.Count;
        Replace(keys);
        return new SubscriberStep(HardenedResult.Opened, null, _current!.WireTopic);
    }

    // Where Start was lost, as the publisher was away, the same one begins the run; one that came before is passed over, and its Answer is on its way. Where only
    // the run's last message is missing, that was lost: the publisher sends it before any epoch under the run's key.
    private byte[] StartOrSayAgain() => _handshake is null || _proved ? Start() : _start;

    private void Replace(EpochKeys keys)
    {
        if (_current is { Window: var before })
        {
            // A publisher that lost power begins at 0 again: what it sent last before cannot be told.
            _missedBefore += before.Missing + (keys.Next > before.Next ? keys.Next - before.Next : 0);
        }

        ForgetPrevious();
        _previous = _current;
        _current = new MessageOpener(_cipher, keys, _publisher, _topic, _publicKey);
    }

    private void EndRun()
    {
        _handshake?.Dispose();
        (_handshake, _proved) = (null, false);
    }
}
