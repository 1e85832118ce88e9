using System.Runtime.ExceptionServices;
using Harness.Mqtt;
using MQTTnet;
using MQTTnet.Protocol;

namespace Harness.Drivers.MqttNet;

/// <summary>
/// MQTTnet's side of section 4.12 on the client: it calls once for every AUTH packet, in the login and after it. Never waits for a further
/// packet in a call, because after the login that would take packets from MQTTnet's own reader.
/// </summary>
internal sealed class LoginHandler(IEnhancedAuthenticationClient login) : IMqttEnhancedAuthenticationHandler
{
    private IEnhancedAuthenticationClient? _current = login;
    private TaskCompletionSource? _again;

    /// <summary>What the authentication client threw; MQTTnet wraps it.</summary>
    public ExceptionDispatchInfo? Thrown { get; private set; }

    /// <summary>The login is over: an AUTH that nobody asked for is a protocol error now.</summary>
    public void LoggedIn() => Volatile.Write(ref _current, null);

    /// <summary>Begins a re-authentication; completes with AUTH 0x00 accepted, fails with what the authentication client threw.</summary>
    /// <exception cref="InvalidOperationException">One is under way.</exception>
    public Task Begin(IEnhancedAuthenticationClient authentication)
    {
        if (Interlocked.CompareExchange(ref _current, authentication, null) is not null)
        {
            throw new InvalidOperationException($"{nameof(MqttNetClient)}.{nameof(MqttNetClient.ReauthenticateAsync)}: one is under way.");
        }

        _again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _again.Task;
    }

    public async Task HandleEnhancedAuthenticationAsync(MqttEnhancedAuthenticationEventArgs eventArgs)
    {
        try
        {
            await AnswerAsync(eventArgs).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Thrown = ExceptionDispatchInfo.Capture(e);
            if (_again is not { } again)
            {
                throw; // in the login: MQTTnet closes, and the login rethrows this
            }

            again.TrySetException(e); // MQTTnet would close at once; who asked says DISCONNECT first
        }
    }

    private async Task AnswerAsync(MqttEnhancedAuthenticationEventArgs auth)
    {
        var current = Volatile.Read(ref _current);
        if (current is null || auth.AuthenticationMethod != current.Method
            || (auth.ReasonCode == MqttAuthenticateReasonCode.Success && _again is null)
            || auth.ReasonCode is not (MqttAuthenticateReasonCode.Success or MqttAuthenticateReasonCode.ContinueAuthentication))
        {
            throw new MqttProtocolException(
                Mqtt.ReasonCode.ProtocolError,
                $"the broker sent AUTH 0x{(int)auth.ReasonCode:X2} of method {auth.AuthenticationMethod ?? "(none)"} where {current?.Method ?? "none"} was expected");
        }

        var data = auth.AuthenticationData ?? [];
        if (auth.ReasonCode == MqttAuthenticateReasonCode.Success)
        {
            await current.CompleteAsync(data, auth.CancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _current, null);
            _again!.TrySetResult();
            return;
        }

        var answer = await current.ContinueAsync(data, auth.CancellationToken).ConfigureAwait(false);
        await auth.SendAsync(new SendMqttEnhancedAuthenticationDataOptions { Data = answer }, auth.CancellationToken).ConfigureAwait(false);
    }
}
