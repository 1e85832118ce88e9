using Harness.Mqtt.Transport;
using Harness.Schemes;
using Harness.Sessions.Login;

namespace Harness.Brokers.Load;

/// <summary>A login by AugPAKE with MQTT 5's packets alone, so that a broker and not its client is the slow side.</summary>
internal static class LoginConnection
{
    /// <summary>Connects, logs in and leaves.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="party">The provisioned party.</param>
    /// <param name="identity">Its identity.</param>
    /// <param name="judges">False for a server that cannot prove anything: V_S is not looked at.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">The broker is not there, refuses the login, or is silent for longer than its options allow.</exception>
    /// <exception cref="PartyRefusedException">The broker proved nothing.</exception>
    public static async Task LogInAsync(BrokerUnderTest broker, IParty party, PartyIdentity identity, bool judges, CancellationToken stop)
    {
        var login = new AugPakeLogin(party, identity);
        var x = await login.StartAsync(stop).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(broker.AnswerWithin);
        using var socket = new Socket(broker.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(broker.Address, limit.Token).ConfigureAwait(false);
            using var channel = new PacketChannel(socket, new MqttLimits { FromServer = true });
            await SendAsync(new ConnectPacket { ClientId = identity.Client, AuthenticationMethod = login.Method, AuthenticationData = x }).ConfigureAwait(false);
            var answer = await channel.ReadAsync(limit.Token).ConfigureAwait(false);
            if (answer is not AuthPacket { Reason: ReasonCode.ContinueAuthentication, AuthenticationData: { } hello })
            {
                throw Refused(answer, "the first message");
            }

            var proof = await login.ContinueAsync(hello, limit.Token).ConfigureAwait(false);
            await SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = login.Method, AuthenticationData = proof }).ConfigureAwait(false);
            answer = await channel.ReadAsync(limit.Token).ConfigureAwait(false);
            if (answer is not ConnAckPacket { Reason: ReasonCode.Success, AuthenticationData: { } proved })
            {
                throw Refused(answer, "the proof");
            }

            if (judges)
            {
                await login.CompleteAsync(proved, limit.Token).ConfigureAwait(false);
            }

            await SendAsync(new DisconnectPacket()).ConfigureAwait(false);

            ValueTask SendAsync(MqttPacket packet) => channel.WriteAsync(MqttCodec.Encode(packet, MqttVersion.V5), limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new MqttTimedOutException($"{broker.Address} did not answer within {broker.AnswerWithin.TotalSeconds:0.#} s");
        }
        catch (SocketException e)
        {
            throw new MqttNotConnectedException($"no broker at {broker.Address} ({e.Message})", e);
        }

        MqttRefusedException Refused(MqttPacket? answer, string message) =>
            new((answer as ConnAckPacket)?.Reason ?? ReasonCode.ProtocolError, $"the broker refuses {message} of {identity.Client}'s login by {answer?.Type.ToString() ?? "its end of the connection"}");
    }
}
