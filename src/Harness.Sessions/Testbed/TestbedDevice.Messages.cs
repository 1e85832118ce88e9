namespace Harness.Sessions.Testbed;

/// <summary>A message as a device had it, and what it made of it.</summary>
/// <param name="Topic">The topic it came on.</param>
/// <param name="Payload">The bytes that came.</param>
/// <param name="Plaintext">The plaintext that the device opened; null where it refused.</param>
/// <param name="Refusal">The reason for which it refused; null where it accepted.</param>
public sealed record ReadMessage(string Topic, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte>? Plaintext, PartyRefusal? Refusal);

/// <content>What a device publishes and reads.</content>
public partial class TestbedDevice
{
    /// <summary>Seals and publishes, and says whether the broker took it: an attack may have spoilt it on the way.</summary>
    /// <returns>False where the broker refused or closed.</returns>
    /// <exception cref="SessionTimedOutException">No answer came in time.</exception>
    public virtual async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var isTaken = true;
        await _testbed.UndisturbedAsync($"answer to the publication of {Name}", async () =>
        {
            try
            {
                await RequiredSession.PublishSealedAsync(topic, plaintext, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionException e) when (e is not SessionTimedOutException)
            {
                isTaken = false;
            }
        }).ConfigureAwait(false);
        return isTaken;
    }

    /// <summary>Seals and publishes; nobody disturbs it.</summary>
    /// <returns>The bytes it put on the wire.</returns>
    public virtual async Task<byte[]> PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        byte[] sent = [];
        await _testbed.UndisturbedAsync($"publication of {Name}", async () =>
            sent = (await RequiredSession.PublishSealedAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).ToArray()).ConfigureAwait(false);
        return sent;
    }

    /// <summary>Seals and does not send: nobody but the caller has the bytes.</summary>
    public virtual async Task<byte[]> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        (await Party.SealAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Makes a round trip on its connection: the broker has judged what came on it before.</summary>
    public virtual Task RoundTripAsync(CancellationToken cancellationToken) => _testbed.UndisturbedAsync(
        $"round trip of {Name}", () => RequiredSession.RoundTripAsync(cancellationToken));

    /// <summary>Waits until it holds one of some traffic keys (mqtt-present).</summary>
    /// <param name="wanted">Fingerprints of the keys.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual async Task WaitForKeyAsync(IReadOnlySet<string?> wanted, CancellationToken cancellationToken) =>
        await RequiredSession.WaitForTrafficKeyAsync(k => wanted.Contains(k.Fingerprint), _testbed.Options.Timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the next message and opens it.</summary>
    public Task<OpenedMessage> ReceiveAndOpenAsync(CancellationToken cancellationToken) =>
        RequiredSession.ReceiveAndOpenAsync(_testbed.Options.Timeout, cancellationToken);

    /// <summary>Reads every message that has reached this device's connection by now and was not read yet; each is opened by the device.</summary>
    /// <remarks>
    /// No clock is involved: the broker sends this client alone a mark, and what came before the mark is what there was. A publication whose
    /// PUBACK was awaited is therefore either among them or was never delivered.
    /// </remarks>
    public async Task<IReadOnlyList<ReadMessage>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var messages = new List<ReadMessage>();
        var markTopic = SchemeTestbed.MarkTopic(_testbed.Broker.ConnectionOf(Client));
        var mark = await _testbed.SendMarkAsync(Client, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            MqttMessage message = null!;
            await _testbed.UndisturbedAsync($"messages of {Name}", async () =>
                message = await RequiredSession.ReceiveAsync(_testbed.Options.Timeout, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            if (message.Topic == markTopic && message.Payload.Span.SequenceEqual(mark))
            {
                return messages;
            }

            messages.Add(await OpenAsync(message.Topic, message.Payload, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Lets the device open bytes, as if they had come on a topic.</summary>
    public async Task<ReadMessage> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> opened = (await Party.OpenAsync(topic, payload, cancellationToken).ConfigureAwait(false)).Value;
            if (_testbed.SignedPayloadsOf(this) is { Signs: false } signed)
            {
                opened = await signed.CheckAsync(Party, topic, opened, cancellationToken).ConfigureAwait(false);
            }

            return new ReadMessage(topic, payload, opened, null);
        }
        catch (PartyRefusedException e)
        {
            return new ReadMessage(topic, payload, null, e.Refusal);
        }
    }
}
