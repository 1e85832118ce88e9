using System.Net.Sockets;
using System.Threading.Channels;
using Harness.Mqtt;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Protocol;
using HarnessOptions = Harness.Mqtt.MqttClientOptions;
using ReasonCode = Harness.Mqtt.ReasonCode;

namespace Harness.Drivers.MqttNet;

/// <summary>MQTTnet's client (5.2) behind <see cref="Mqtt.IMqttClient"/>, enhanced authentication included.</summary>
/// <remarks>
/// Where the authentication client refuses an AUTH of the login, MQTTnet closes the connection without DISCONNECT 0x80: it offers no way to send
/// one before CONNACK. MQTTnet ignores the QoS and retain limits of CONNACK. Everything else is as the built-in client does it.
/// </remarks>
public sealed class MqttNetClient : Mqtt.IMqttClient
{
    private readonly HarnessOptions _options;
    private readonly MQTTnet.IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly LoginHandler? _login;
    private readonly Channel<MqttMessage> _messages;
    private readonly TaskCompletionSource<ReasonCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _said = -1; // reason of our own DISCONNECT, once said
    private bool _refusedByPeer;
    private int _disposed;

    private MqttNetClient(HarnessOptions options)
    {
        _options = options;
        _login = options.Authentication is null ? null : new LoginHandler(options.Authentication);
        _messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(options.MaximumUnreadMessages) { SingleWriter = true });
        _client.ApplicationMessageReceivedAsync += TakeAsync;
        _client.DisconnectedAsync += EndedAsync;
    }

    /// <inheritdoc/>
    public string? AssignedClientId { get; private set; }

    /// <inheritdoc/>
    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    /// <inheritdoc/>
    public Task<ReasonCode> Closed => _closed.Task;

    /// <summary>Connects and logs in.</summary>
    /// <inheritdoc cref="Mqtt.MqttClient.ConnectAsync" path="/exception"/>
    public static async Task<Mqtt.IMqttClient> ConnectAsync(HarnessOptions options, CancellationToken cancellationToken)
    {
        Mqtt.MqttClient.Check(options);
        var client = new MqttNetClient(options);
        try
        {
            await client.LoginAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client._client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ReasonCode> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, CancellationToken cancellationToken = default)
    {
        if (!TopicFilter.IsTopicName(topic))
        {
            throw new ArgumentException($"\"{topic}\" is no topic name: it is empty or holds + or #.", nameof(topic));
        }

        CheckQos(qos);
        var result = await AskAsync($"publish on {topic}", token => _client.PublishAsync(MqttNetErrors.Message(topic, payload, qos, retain), token), cancellationToken)
            .ConfigureAwait(false);
        return (ReasonCode)(int)result.ReasonCode;
    }

    /// <inheritdoc/>
    public async Task<ReasonCode> SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        CheckQos(qos);
        if (!TopicFilter.IsValid(filter) && !TopicFilter.IsShared(filter))
        {
            return ReasonCode.TopicFilterInvalid; // MQTTnet sends no such filter for the broker to refuse
        }

        var options = new MqttClientSubscribeOptions { TopicFilters = [new MQTTnet.Packets.MqttTopicFilter { Topic = filter, QualityOfServiceLevel = qos.Level() }] };
        var result = await AskAsync($"subscribe to {filter}", token => _client.SubscribeAsync(options, token), cancellationToken).ConfigureAwait(false);
        return (ReasonCode)(int)result.Items.First().ResultCode;
    }

    /// <inheritdoc/>
    public async Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        var options = new MqttClientUnsubscribeOptions { TopicFilters = [filter] };
        var result = await AskAsync($"unsubscribe from {filter}", token => _client.UnsubscribeAsync(options, token), cancellationToken).ConfigureAwait(false);
        return (ReasonCode)(int)result.Items.First().ResultCode;
    }

    /// <inheritdoc/>
    public async Task ReauthenticateAsync(IEnhancedAuthenticationClient authentication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        if (_login is null || authentication.Method != _options.Authentication!.Method)
        {
            throw new InvalidOperationException(
                $"{nameof(MqttNetClient)}.{nameof(ReauthenticateAsync)}: the login used method {_options.Authentication?.Method ?? "(none)"}, not {authentication.Method}.");
        }

        var accepted = _login.Begin(authentication);
        try
        {
            await AskAsync("re-authentication", async token =>
            {
                var first = await authentication.StartAsync(token).ConfigureAwait(false);
                await _client.SendEnhancedAuthenticationExchangeDataAsync(
                    new MqttEnhancedAuthenticationExchangeData { ReasonCode = MqttAuthenticateReasonCode.ReAuthenticate, AuthenticationData = first }, token).ConfigureAwait(false);
                if (await Task.WhenAny(accepted, Closed).WaitAsync(token).ConfigureAwait(false) != accepted)
                {
                    var reason = await Closed.ConfigureAwait(false);
                    throw _refusedByPeer
                        ? new MqttRefusedException(reason, "the broker refused the re-authentication")
                        : new MqttNotConnectedException("the connection ended during re-authentication");
                }

                await accepted.ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Half an exchange leaves both ends unsure which keys hold: the connection ends, whatever the cause.
            await DisconnectAsync(e is MqttProtocolException ? ReasonCode.ProtocolError : ReasonCode.UnspecifiedError, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(ReasonCode reason = ReasonCode.Success, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _disposed) == 0 && Interlocked.CompareExchange(ref _said, (int)reason, -1) == -1)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = (MqttClientDisconnectOptionsReason)(int)reason }, patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException || MqttNetErrors.TryMap(e, "disconnect") is not null)
            {
                // It had ended, or ends now without the word.
            }
        }

        await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says DISCONNECT 0x00 where the connection still stands, and waits for it to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _client.Dispose();
        }
    }

    private async Task LoginAsync(CancellationToken cancellationToken)
    {
        var where = $"{_options.Host}:{_options.Port}";
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        MqttClientConnectResult accepted;
        try
        {
            var first = _options.Authentication is null ? null : await _options.Authentication.StartAsync(either.Token).ConfigureAwait(false);
            accepted = await _client.ConnectAsync(MqttNetOptions.From(_options, first, _login), either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (timeout.IsCancellationRequested)
        {
            throw new MqttTimedOutException($"no CONNACK from {where} for client \"{_options.ClientId}\" within {_options.Timeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is MqttConnectingFailedException && _login?.Thrown is { } thrown)
        {
            thrown.Throw();
            throw;
        }
        catch (Exception e)
        {
            var cause = e is MqttConnectingFailedException { InnerException: { } inner } ? inner : e;
            var next = cause.InnerException is SocketException ? $"; expected one listening; next: ./harness broker --port {_options.Port}, or ss -ltn to see what listens" : "";
            if (MqttNetErrors.TryMap(cause, $"no login at the broker at {where}{next}") is { } mapped)
            {
                throw mapped;
            }

            throw;
        }

        if (accepted.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new MqttRefusedException((ReasonCode)(int)accepted.ResultCode, $"the broker at {where} refused the login of client \"{_options.ClientId}\"");
        }

        AssignedClientId = string.IsNullOrEmpty(accepted.AssignedClientIdentifier) ? null : accepted.AssignedClientIdentifier;
        await CompleteAsync(accepted, either.Token).ConfigureAwait(false);
    }

    private async Task CompleteAsync(MqttClientConnectResult accepted, CancellationToken cancellationToken)
    {
        try
        {
            if (accepted.AuthenticationMethod != _options.Authentication?.Method)
            {
                throw new MqttProtocolException(
                    ReasonCode.ProtocolError, $"CONNACK carries method {accepted.AuthenticationMethod ?? "(none)"}, expected {_options.Authentication?.Method ?? "(none)"}");
            }

            if (_options.Authentication is { } authentication)
            {
                await authentication.CompleteAsync(accepted.AuthenticationData ?? [], cancellationToken).ConfigureAwait(false);
                _login!.LoggedIn();
            }
        }
        catch (Exception e)
        {
            await DisconnectAsync(e is MqttProtocolException ? ReasonCode.ProtocolError : ReasonCode.UnspecifiedError, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A request under the client's time-out. What MQTTnet throws when the connection went meanwhile varies; here it is one exception.</summary>
    private async Task<T> AskAsync<T>(string doing, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw timeout.IsCancellationRequested
                ? new MqttTimedOutException($"{doing}: no answer within {_options.Timeout.TotalSeconds:0.###} s", e)
                : new MqttNotConnectedException($"{doing}: the connection ended", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (_login?.Thrown?.SourceException != e && MqttNetErrors.TryMap(e, doing) is { } mapped)
            {
                throw mapped;
            }

            throw;
        }
    }

    private Task TakeAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        if (!_messages.Writer.TryWrite(MqttNetErrors.Message(received.ApplicationMessage)))
        {
            received.AutoAcknowledge = false;
            _ = DisconnectAsync(ReasonCode.QuotaExceeded);
        }

        return Task.CompletedTask;
    }

    private Task EndedAsync(MqttClientDisconnectedEventArgs ended)
    {
        // MQTTnet gives 0x00 for a connection that just went, too.
        var peer = (int)ended.Reason;
        _refusedByPeer = _said == -1 && ended.Exception is null && peer >= (int)ReasonCode.UnspecifiedError;
        _messages.Writer.TryComplete();
        _closed.TrySetResult(_said != -1 ? (ReasonCode)_said : peer == 0 || ended.Exception is not null ? ReasonCode.UnspecifiedError : (ReasonCode)peer);
        return Task.CompletedTask;
    }

    private static void CheckQos(QualityOfService qos)
    {
        if (qos > QualityOfService.AtLeastOnce)
        {
            throw new ArgumentException("QoS 2 is not supported; use QoS 0 or 1.", nameof(qos));
        }
    }
}
