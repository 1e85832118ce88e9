using System.Buffers.Binary;

namespace Harness.Sessions.Topics;

/// <summary>Logs a party in on topics. One login, used once.</summary>
/// <remarks>
/// The party itself judges S, Y and V_S. Retained messages, other sessions and repeats of an answer already taken are passed over: on a
/// broker without rights anybody can send them. Silence repeats the last step byte for byte.
/// </remarks>
/// <param name="party">The party; provisioned with the same group and profile.</param>
/// <param name="client">C, the name in the topics.</param>
/// <param name="method">Authentication Method, as in the MQTT 5 binding.</param>
/// <param name="time">Clock.</param>
public sealed class TopicLogin(IParty party, string client, string method, TimeProvider time)
{
    private readonly ulong _session = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>Wait for an answer before the step is repeated.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs the login.</summary>
    /// <param name="publish">Publishes a message on the topic given, QoS 1, not retained.</param>
    /// <param name="answers">Messages on <see cref="PrivateTopics.LoginAnswer"/>; subscribed before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Fingerprint of SK as the party reports it.</returns>
    /// <exception cref="PartyRefusedException">The party refused S, Y or V_S.</exception>
    /// <exception cref="SessionRefusedException">The broker refused (step 5).</exception>
    /// <exception cref="SessionAbortedException">An answer that is no step of the binding here.</exception>
    /// <exception cref="ChannelClosedException">The connection ended.</exception>
    public async Task<string> RunAsync(
        Func<string, ReadOnlyMemory<byte>, CancellationToken, Task> publish, ChannelReader<MqttMessage> answers, CancellationToken cancellationToken)
    {
        var x = await party.AugInitAsync(cancellationToken).ConfigureAwait(false);
        var challenge = await AskAsync(
            publish, answers, TopicStep.Start, new TopicStart(method, x.Value).Encode(), TopicStep.Challenge, cancellationToken).ConfigureAwait(false);
        if (!ServerHello.TryDecode(challenge.Span, out var hello))
        {
            throw new SessionAbortedException(party.Name, "login", $"a step 2 of {challenge.Length} bytes that is no u16 len(S), S, Y");
        }

        var proof = await party.AugStepAsync(hello.Server, hello.Y, cancellationToken).ConfigureAwait(false);
        var authenticator = await AskAsync(publish, answers, TopicStep.Proof, proof.Value, TopicStep.Success, cancellationToken).ConfigureAwait(false);
        return (await party.AugFinishAsync(authenticator, cancellationToken).ConfigureAwait(false)).Value;
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(
        Func<string, ReadOnlyMemory<byte>, CancellationToken, Task> publish, ChannelReader<MqttMessage> answers, TopicStep step, ReadOnlyMemory<byte> data,
        TopicStep wanted, CancellationToken cancellationToken)
    {
        var bytes = new TopicMessage(step, _session, data).Encode();
        while (true)
        {
            await publish(PrivateTopics.Login(client), bytes, cancellationToken).ConfigureAwait(false);
            using var silence = new CancellationTokenSource(Repeat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                return await AnswerAsync(answers, wanted, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The broker side may have been away: ask again.
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(ChannelReader<MqttMessage> answers, TopicStep wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await answers.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (message.Retain || !TopicMessage.TryDecode(message.Payload.Span, out var answer) || answer.Session != _session
                || (wanted == TopicStep.Success && answer.Step == TopicStep.Challenge))
            {
                continue;
            }

            if (answer is { Step: TopicStep.Refusal, Data.Length: 1 })
            {
                throw new SessionRefusedException(party.Name, "login", (ReasonCode)answer.Data.Span[0]);
            }

            return answer.Step == wanted
                ? answer.Data
                : throw new SessionAbortedException(party.Name, "login", $"step {(byte)answer.Step} where step {(byte)wanted} was expected");
        }
    }
}
