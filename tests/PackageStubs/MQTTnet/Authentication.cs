// Signatures of MQTTnet 5.2.0: enhanced authentication on the client's side.
using MQTTnet.Protocol;

namespace MQTTnet;

public interface IMqttEnhancedAuthenticationHandler
{
    Task HandleEnhancedAuthenticationAsync(MqttEnhancedAuthenticationEventArgs eventArgs);
}

public class MqttEnhancedAuthenticationEventArgs : EventArgs
{
    internal MqttEnhancedAuthenticationEventArgs()
    {
    }

    public byte[] AuthenticationData => throw new NotImplementedException();

    public string AuthenticationMethod => throw new NotImplementedException();

    public CancellationToken CancellationToken => throw new NotImplementedException();

    public MqttAuthenticateReasonCode ReasonCode => throw new NotImplementedException();

    public Task SendAsync(SendMqttEnhancedAuthenticationDataOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}

public sealed class SendMqttEnhancedAuthenticationDataOptions
{
    public byte[] Data { get; init; }
}

public class MqttEnhancedAuthenticationExchangeData
{
    public byte[] AuthenticationData { get; set; }

    public MqttAuthenticateReasonCode ReasonCode { get; set; }
}
