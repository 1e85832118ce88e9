namespace Harness.Sessions.Testbed;

/// <content>From logins to payloads: keys, tokens and subscriptions.</content>
public partial class SchemeTestbed
{
    /// <summary>Logs publisher and subscribers in, admits each, and waits until publisher and subscriber hold what their scheme needs to talk.</summary>
    /// <exception cref="SessionException">A login or a wait failed.</exception>
    /// <exception cref="PartyRefusedException">A device refused.</exception>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        // A reader has its key before the writer; but a reader's token comes from the publisher.
        IReadOnlyList<TestbedDevice> order = Scheme == SchemeNames.MqttAuth ? [Publisher, .. Subscribers] : [.. Subscribers, Publisher];
        foreach (var device in order)
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
            await AdmitAsync(device, cancellationToken).ConfigureAwait(false);
        }

        await WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does for a logged-in device what its scheme asks before it may talk: a subscriber subscribes; under mqtt-auth each shows its token first,
    /// which the publisher creates and hands to subscribers.</summary>
    public async Task AdmitAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (Scheme == SchemeNames.MqttAuth)
        {
            await UndisturbedAsync($"token of {device.Name}", () => ShowTokenAsync(device, cancellationToken)).ConfigureAwait(false);
        }

        if (device.Part != DevicePart.Publisher && Scheme != SchemeNames.Hardened) // which subscribes by itself, to what its publisher tells it
        {
            await UndisturbedAsync($"subscription of {device.Name}", () => device.RequiredSession.SubscribeAsync(Topic, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until publisher and subscriber hold the broker's current traffic key; in hop schemes there is none to wait for.</summary>
    public virtual async Task WaitForKeysAsync(CancellationToken cancellationToken)
    {
        if (Scheme == SchemeNames.Hardened)
        {
            await WaitForEpochAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Scheme != SchemeNames.MqttPresent)
        {
            return;
        }

        // With several subscribers the publisher's key is the one that came last: each subscriber waits for its own pair's alone.
        var current = TrafficKeyFingerprint(Subscriber);
        var any = Subscribers.Select(TrafficKeyFingerprint).ToHashSet();
        await UndisturbedAsync("traffic key of the publisher", () => Publisher.WaitForKeyAsync(any, cancellationToken)).ConfigureAwait(false);
        await UndisturbedAsync(
            "traffic key of the subscriber", () => Subscriber.WaitForKeyAsync(new HashSet<string?> { current }, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Fingerprint of the traffic key that the broker gave the publisher and a subscriber; null before both logged in.</summary>
    public string? TrafficKeyFingerprint(TestbedDevice subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        return Broker.TrafficKeyFingerprint(Publisher.Client, subscriber.Client);
    }

    /// <summary>Shows a device's token of <see cref="Topic"/>; the publisher creates the topic, a subscriber is handed its token first, where they have none.</summary>
    /// <exception cref="CheckFailedException">The token service refused.</exception>
    public async Task ShowTokenAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        var operation = device.Part == DevicePart.Publisher ? TokenOperation.Publish : TokenOperation.Subscribe;
        if (device.HasToken)
        {
            try
            {
                Require(await device.RequiredSession.ShowTokenAsync(operation, Topic, cancellationToken).ConfigureAwait(false));
                return;
            }
            catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.State)
            {
                // It was provisioned anew since, which wipes tokens.
            }
        }

        if (operation == TokenOperation.Publish)
        {
            Require(await device.RequiredSession.CreateTopicAsync(Topic, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            await HandOverAsync(Publisher, Topic, device, cancellationToken).ConfigureAwait(false);
        }

        device.HasToken = true;
        Require(await device.RequiredSession.ShowTokenAsync(operation, Topic, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The secondary channel of mqtt-auth: a topic's authorization token goes from one device to another, past broker and tap.</summary>
    public static async Task HandOverAsync(TestbedDevice from, string topic, TestbedDevice to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var token = await from.Tokens.GiveAsync(topic, cancellationToken).ConfigureAwait(false);
        try
        {
            await to.Tokens.TakeAsync(TokenKind.Authorization, topic, token, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }
    }

    /// <summary>Requires that the token service granted what was asked.</summary>
    /// <exception cref="CheckFailedException">It refused.</exception>
    public static void Require(TokenOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Status != TokenStatus.Granted)
        {
            throw new CheckFailedException($"request to {outcome.Operation.ToString().ToLowerInvariant()} {outcome.Topic}", "to be granted by the token service", outcome.Status.ToString());
        }
    }

    /// <summary>The publisher seals and publishes on <see cref="Topic"/>; returns once the broker acknowledged it.</summary>
    /// <returns>The bytes it put on the wire.</returns>
    public Task<byte[]> PublishAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        Publisher.PublishAsync(Topic, plaintext, cancellationToken);

    /// <summary>Runs what nobody disturbs. Errors keep their type, but where a testbed of another kind gives its failures another meaning.</summary>
    protected internal virtual Task UndisturbedAsync(string what, Func<Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run();
    }

    /// <summary>Sends one client alone a message that ends what was sent to it before.</summary>
    internal async Task<byte[]> SendMarkAsync(string client, CancellationToken cancellationToken)
    {
        var mark = RandomNumberGenerator.GetBytes(16);
        await Broker.PublishAsync(MarkTopic(Broker.ConnectionOf(client)), mark, client, cancellationToken).ConfigureAwait(false);
        return mark;
    }

    // Under the client's own topics, where no scheme seals and none asks for a grant.
    internal static string MarkTopic(string client) => PrivateTopics.Key(client) + "/mark";
}
