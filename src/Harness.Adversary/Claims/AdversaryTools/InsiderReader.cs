namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>A subscriber in the adversary's hands that was let in: it keeps every rule until it holds the keys of an epoch, TK among them (hardened).</summary>
internal sealed class InsiderReader : IDisposable
{
    private readonly AttackTestbed _testbed;
    private readonly TestbedDevice _device;
    private readonly RogueClient _rogue;
    private readonly PairChannel _channel;
    private SessionKey? _pairKey;
    private EpochKeys? _keys;

    private InsiderReader(AttackTestbed testbed, TestbedDevice device, RogueClient rogue)
    {
        (_testbed, _device, _rogue) = (testbed, device, rogue);
        _channel = new PairChannel(testbed.Options.PairCipher, rogue.SessionKey, device.Client, isBroker: false);
    }

    /// <summary>Its connection.</summary>
    public RogueClient Client => _rogue;

    /// <summary>The keys of the epoch that it was let into.</summary>
    public EpochKeys Keys => _keys ?? throw new InvalidOperationException("the insider has joined no epoch");

    /// <summary>Logs in as a subscriber, runs the pair run with its own password, and joins the epoch that follows.</summary>
    /// <exception cref="InconclusiveException">The publisher did not let it in.</exception>
    public static async Task<InsiderReader> JoinAsync(AttackTestbed testbed, TestbedDevice device, CancellationToken cancellationToken)
    {
        var reader = new InsiderReader(testbed, device, await testbed.RogueAsync(device, cancellationToken).ConfigureAwait(false));
        await reader._rogue.SubscribeAsync(reader._channel.Topic, cancellationToken).ConfigureAwait(false);
        if (!await reader.TryPairAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InconclusiveException("pair run of the insider", "a key", "a refusal");
        }

        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        reader._keys = await reader.NextEpochAsync(cancellationToken).ConfigureAwait(false);
        await reader._rogue.SubscribeAsync(testbed.WireTopic, cancellationToken).ConfigureAwait(false);
        return reader;
    }

    /// <summary>Runs a pair run with the password it was given.</summary>
    /// <returns>False where the publisher ended it, or did not answer by the time of the broker's mark.</returns>
    public async Task<bool> TryPairAsync(CancellationToken cancellationToken)
    {
        var (options, publisher) = (_testbed.Options, _testbed.Publisher.Client);
        var password = _testbed.ToldOf(_device).Hardened!.PairPassword;
        using var run = new AugPakeClient(options.Group, AugPakeProfile.Framed, _device.Client, publisher, password, HardenedPublisher.RunField);
        var id = RandomNumberGenerator.GetBytes(PairMessage.RunSize);
        await SayAsync(new PairMessage(PairMessageKind.Start, id, AugPakeMethod.Of(AugPakeProfile.Framed, options.Group), 0, run.Start()), cancellationToken).ConfigureAwait(false);
        if (await HearAsync(PairMessageKind.Answer, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return false;
        }

        await SayAsync(PairMessage.OfRun(PairMessageKind.Proof, id, run.Respond(answer.Data.Span)), cancellationToken).ConfigureAwait(false);
        if (await HearAsync(PairMessageKind.Done, cancellationToken).ConfigureAwait(false) is not { } done)
        {
            return false;
        }

        _pairKey = run.Finish(done.Data.Span);
        return true;
    }

    /// <summary>Messages that have reached it by now and that its keys open.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadAsync(CancellationToken cancellationToken)
    {
        using var opener = new MessageOpener(_testbed.Options.PairCipher, Keys, _testbed.Publisher.Client, _testbed.Topic);
        var read = new List<byte[]>();
        foreach (var message in await _rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_testbed.IsWireTopic(message.Topic) && opener.Open(message.Payload.Span, out var plaintext) == HardenedResult.Opened)
            {
                read.Add(plaintext!);
            }
        }

        return read;
    }

    /// <summary>True where its keys open a payload as this plaintext.</summary>
    public bool Opens(byte[] payload, byte[] plaintext)
    {
        using var opener = new MessageOpener(_testbed.Options.PairCipher, Keys, _testbed.Publisher.Client, _testbed.Topic);
        return opener.Open(payload, out var opened) == HardenedResult.Opened && opened.AsSpan().SequenceEqual(plaintext);
    }

    /// <summary>Starts one more pair run.</summary>
    /// <returns>True where the publisher answers; a round trip of the publisher, and the broker's mark, end the wait.</returns>
    public async Task<bool> IsAnsweredAsync(CancellationToken cancellationToken)
    {
        using var run = new AugPakeClient(
            _testbed.Options.Group, AugPakeProfile.Framed, _device.Client, _testbed.Publisher.Client, _testbed.ToldOf(_device).Hardened!.PairPassword, HardenedPublisher.RunField);
        await SayAsync(new PairMessage(
            PairMessageKind.Start, RandomNumberGenerator.GetBytes(PairMessage.RunSize), AugPakeMethod.Of(AugPakeProfile.Framed, _testbed.Options.Group), 0, run.Start()),
            cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(_testbed, cancellationToken).ConfigureAwait(false);
        var answers = await _rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return answers.Any(m => m.Topic == _channel.Topic && _channel.Open(m.Payload.Span, out _, out var body) == HardenedResult.Opened
            && PairMessage.TryDecode(body, out var heard) && heard.Kind is PairMessageKind.Answer or PairMessageKind.Epoch);
    }

    /// <summary>Seals what it likes as the publisher's next messages; a signature is part of the content.</summary>
    /// <param name="contents">Plaintext, with or without 64 bytes behind it.</param>
    /// <param name="signingKey">A key to sign with, which is not the publisher's; null for none.</param>
    public IReadOnlyList<byte[]> Seal(IEnumerable<byte[]> contents, byte[]? signingKey = null)
    {
        // A little ahead, so that the publisher's own next messages still fall into everybody's window.
        using var ahead = new EpochKeys(Keys.Epoch, Keys.TopicKey, Keys.Sender, Keys.Next + 20 + (signingKey is null ? 0UL : 10UL));
        using var sealer = new MessageSealer(_testbed.Options.PairCipher, ahead, _testbed.Publisher.Client, _testbed.Topic, signingKey);
        return [.. contents.Select(c => sealer.Seal(c).Payload)];
    }

    /// <summary>The content of a genuine message, signature included.</summary>
    /// <exception cref="InconclusiveException">Its keys do not open it.</exception>
    public byte[] ContentOf(byte[] payload)
    {
        using var opener = new MessageOpener(_testbed.Options.PairCipher, Keys, _testbed.Publisher.Client, _testbed.Topic);
        return opener.Open(payload, out var content) == HardenedResult.Opened
            ? content!
            : throw new InconclusiveException("genuine message at the insider", "to open", "it does not");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _pairKey?.Dispose();
        _keys?.Dispose();
    }

    private async Task<EpochKeys> NextEpochAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await HearAsync(PairMessageKind.Epoch, cancellationToken).ConfigureAwait(false) is not { } epoch)
            {
                throw new InconclusiveException("epoch of the insider", "its keys", "none");
            }

            // The newest of those that came: the publisher may have begun one more in between.
            if (EpochKeys.Open(_testbed.Options.PairCipher, _pairKey!.Bytes, epoch) is { } keys)
            {
                if (keys.Epoch >= _testbed.Publisher.Party.Pairs!.Status.Epoch)
                {
                    return keys;
                }

                keys.Dispose();
            }
        }
    }

    private Task<ReasonCode> SayAsync(PairMessage message, CancellationToken cancellationToken) =>
        _rogue.PublishAsync(_channel.Topic, _channel.Seal(_testbed.Publisher.Client, message.Encode()), cancellationToken);

    private async Task<PairMessage?> HearAsync(PairMessageKind kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            MqttMessage message;
            try
            {
                message = await _rogue.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (InconclusiveException) when (kind is PairMessageKind.Answer or PairMessageKind.Done)
            {
                return null;
            }

            if (message.Topic == _channel.Topic && _channel.Open(message.Payload.Span, out _, out var body) == HardenedResult.Opened
                && PairMessage.TryDecode(body, out var heard))
            {
                if (heard.Kind == kind)
                {
                    return heard;
                }

                if (heard.Kind == PairMessageKind.Fail)
                {
                    return null;
                }
            }
        }
    }
}
