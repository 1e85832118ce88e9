using MQTTnet;

namespace Harness.Mqtt.Client;

/// <summary>Enhanced authentication on the client (section 4.12). MQTTnet asks for each answer of a login; a re-authentication runs beside the other traffic.</summary>
/// <param name="login">The client's side of the login's exchange; null where it logs in without authentication.</param>
internal sealed class ClientAuthentication(IEnhancedAuthenticationClient? login) : IMqttEnhancedAuthenticationHandler
{
    private byte[]? _answer;
    private bool _loggedIn;
    private Channel<AuthPacket>? _reauthentication;

    /// <summary>The method of the login; null where it has none.</summary>
    public string? Method => login?.Method;

    /// <summary>Takes an AUTH of the broker, before MQTTnet sees it.</summary>
    /// <returns>False where no such AUTH was expected.</returns>
    public async ValueTask<bool> TakeAsync(AuthPacket auth, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _reauthentication) is { } again)
        {
            return again.Writer.TryWrite(auth);
        }

        if (login is null || _loggedIn || auth.Reason != ReasonCode.ContinueAuthentication || auth.AuthenticationMethod != login.Method)
        {
            return false;
        }

        _answer = await login.ContinueAsync(auth.AuthenticationData ?? [], cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Verifies the broker's proof in a CONNACK 0x00.</summary>
    public async ValueTask AcceptAsync(ConnAckPacket accepted, CancellationToken cancellationToken)
    {
        if (accepted.AuthenticationMethod != Method)
        {
            throw PacketReader.ProtocolError($"CONNACK carries method {accepted.AuthenticationMethod ?? "(none)"}, expected {Method ?? "(none)"}");
        }

        if (login is not null)
        {
            await login.CompleteAsync(accepted.AuthenticationData ?? [], cancellationToken).ConfigureAwait(false);
        }

        _loggedIn = true;
    }

    /// <inheritdoc/>
    public Task HandleEnhancedAuthenticationAsync(MqttEnhancedAuthenticationEventArgs eventArgs) =>
        Interlocked.Exchange(ref _answer, null) is { } answer
            ? eventArgs.SendAsync(new SendMqttEnhancedAuthenticationDataOptions { Data = answer }, eventArgs.CancellationToken)
            : Task.CompletedTask; // an AUTH of a re-authentication, which has received it already

    /// <summary>Begins a re-authentication, which receives each AUTH of the broker until it has ended.</summary>
    /// <exception cref="InvalidOperationException">One is under way.</exception>
    public Reauthentication BeginAgain(IEnhancedAuthenticationClient authentication)
    {
        var inbox = Channel.CreateBounded<AuthPacket>(4);
        return Interlocked.CompareExchange(ref _reauthentication, inbox, null) is null
            ? new Reauthentication(authentication, inbox.Reader, () => Volatile.Write(ref _reauthentication, null))
            : throw new InvalidOperationException($"{nameof(MqttClient)}.{nameof(MqttClient.ReauthenticateAsync)}: one is under way.");
    }

    /// <summary>One re-authentication.</summary>
    internal sealed class Reauthentication(IEnhancedAuthenticationClient authentication, ChannelReader<AuthPacket> inbox, Action over)
    {
        /// <summary>Completes once the broker's AUTH 0x00 is accepted.</summary>
        /// <exception cref="MqttProtocolException">The broker violates the exchange.</exception>
        public async Task RunAsync(Func<ReasonCode, byte[], Task> send, CancellationToken cancellationToken)
        {
            try
            {
                var reason = ReasonCode.ReAuthenticate;
                var data = await authentication.StartAsync(cancellationToken).ConfigureAwait(false);
                while (true)
                {
                    await send(reason, data).ConfigureAwait(false);
                    var answer = await inbox.ReadAsync(cancellationToken).ConfigureAwait(false);
                    var received = answer.AuthenticationData ?? [];
                    if (answer.AuthenticationMethod != authentication.Method || answer.Reason == ReasonCode.ReAuthenticate)
                    {
                        throw PacketReader.ProtocolError($"the broker sent {answer.Describe()} during re-authentication by {authentication.Method}");
                    }

                    if (answer.Reason == ReasonCode.Success)
                    {
                        await authentication.CompleteAsync(received, cancellationToken).ConfigureAwait(false);
                        return;
                    }

                    data = await authentication.ContinueAsync(received, cancellationToken).ConfigureAwait(false);
                    reason = ReasonCode.ContinueAuthentication;
                }
            }
            finally
            {
                over();
            }
        }
    }
}
