using System.Runtime.ExceptionServices;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace Harness.Mqtt.Client;

/// <content>Connecting, login and re-authentication.</content>
public sealed partial class MqttClient
{
    /// <summary>Connects and logs in.</summary>
    /// <param name="options">The options of the connection.</param>
    /// <param name="cancellationToken">Cancels the login.</param>
    /// <exception cref="MqttNotConnectedException">No broker there, or the connection ended before CONNACK.</exception>
    /// <exception cref="MqttTimedOutException">No CONNACK within <see cref="MqttClientOptions.Timeout"/>.</exception>
    /// <exception cref="MqttRefusedException">CONNACK with a reason of 0x80 and above.</exception>
    /// <exception cref="MqttProtocolException">The broker violated the protocol.</exception>
    /// <remarks>Exceptions of the authentication client come out unchanged, after DISCONNECT 0x80.</remarks>
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        Check(options);
        using var timeout = new CancellationTokenSource(options.Timeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        MqttClient? client = null;
        try
        {
            client = new MqttClient(options, await OpenAsync(options, either.Token).ConfigureAwait(false));
            await client.LogInAsync(either.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            client?._client.Dispose();
            client?._channel.Dispose();
            if (!either.IsCancellationRequested)
            {
                throw;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw new MqttTimedOutException($"no CONNACK from {options.Host}:{options.Port} for client \"{options.ClientId}\" within {options.Timeout.TotalSeconds:0.###} s", e);
        }
    }

    /// <summary>Authenticates again on this connection (section 4.12.1). Other traffic goes on meanwhile, under the earlier authentication.</summary>
    /// <param name="authentication">A fresh exchange with the method of the login.</param>
    /// <param name="cancellationToken">Cancels the exchange and ends the connection.</param>
    /// <exception cref="MqttRefusedException">The broker answered with DISCONNECT; the connection ended.</exception>
    /// <exception cref="MqttTimedOutException">No answer in time; the connection ended.</exception>
    /// <exception cref="InvalidOperationException">The login had another method or none, or a re-authentication is under way.</exception>
    public async Task ReauthenticateAsync(IEnhancedAuthenticationClient authentication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        if (authentication.Method != _authentication.Method)
        {
            throw new InvalidOperationException($"{nameof(MqttClient)}.{nameof(ReauthenticateAsync)}: the login used method {_authentication.Method ?? "(none)"}, not {authentication.Method}.");
        }

        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, _lifetime.Token);
        var exchange = _authentication.BeginAgain(authentication);
        try
        {
            await exchange.RunAsync(SendAsync, any.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // After half an exchange neither end knows which keys are valid: the connection ends, whatever the cause.
            var cut = any.IsCancellationRequested || e is MqttCommunicationException;
            await DisconnectAsync((e as MqttProtocolException)?.Reason ?? ReasonCode.UnspecifiedError, CancellationToken.None).ConfigureAwait(false);
            if (!cut)
            {
                throw;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw timeout.IsCancellationRequested ? new MqttTimedOutException($"no answer to the re-authentication within {_options.Timeout.TotalSeconds:0.###} s", e)
                : _channel.PeerReason is >= ReasonCode.UnspecifiedError and var reason ? new MqttRefusedException(reason, "the broker refused the re-authentication")
                : ConnectionEnded();
        }

        Task SendAsync(ReasonCode reason, byte[] data) => _client.SendEnhancedAuthenticationExchangeDataAsync(
            new MqttEnhancedAuthenticationExchangeData { ReasonCode = (MqttAuthenticateReasonCode)(int)reason, AuthenticationData = data }, _lifetime.Token);
    }

    private static async Task<PacketChannel> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            return new PacketChannel(socket, new MqttLimits { MaximumPacketSize = options.MaximumPacketSize, FromServer = true }) { Version = options.Version };
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
            {
                throw new MqttNotConnectedException(
                    $"no broker at {options.Host}:{options.Port} ({e.Message}); expected one listening; next: ./harness broker --port {options.Port}, or ss -ltn to see what listens", e);
            }

            throw;
        }
    }

    private static void Check(MqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Authentication is not null && options.Version != MqttVersion.V5)
        {
            throw new ArgumentException("Enhanced authentication needs MQTT 5.", nameof(options));
        }

        if (options.Port is < 1 or > ushort.MaxValue)
        {
            throw new ArgumentException($"Port {options.Port} is not 1 to 65535.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumPacketSize, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveMaximum, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumUnreadMessages, 1, nameof(options));
        CheckQos(options.Will?.Qos ?? QualityOfService.AtMostOnce);
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        var first = _options.Authentication is { } authentication ? await authentication.StartAsync(cancellationToken).ConfigureAwait(false) : null;
        using var abandoned = cancellationToken.Register(_channel.Dispose); // a silent peer will not end its side either, so waiting for it is useless
        MqttClientConnectResult answer;
        try
        {
            answer = await _client.ConnectAsync(ClientSettings.From(_options, first, _authentication), cancellationToken).ConfigureAwait(false);
        }
        catch when (_channel.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        catch (MqttCommunicationException e)
        {
            throw new MqttNotConnectedException($"no login of client \"{_options.ClientId}\" at the broker at {_options.Host}:{_options.Port}: {e.Message}", e);
        }

        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new MqttRefusedException((ReasonCode)(int)answer.ResultCode, $"the broker at {_options.Host}:{_options.Port} refused the login of client \"{_options.ClientId}\"");
        }

        _sendQuota = new SemaphoreSlim(_channel.Accepted!.ReceiveMaximum ?? ushort.MaxValue);
    }
}
