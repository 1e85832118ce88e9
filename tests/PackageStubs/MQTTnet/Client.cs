// Signatures of MQTTnet 5.2.0: the client.
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MQTTnet;

public interface IMqttClient : IDisposable
{
    event Func<MqttApplicationMessageReceivedEventArgs, Task> ApplicationMessageReceivedAsync;

    event Func<MqttClientDisconnectedEventArgs, Task> DisconnectedAsync;

    bool IsConnected { get; }

    Task<MqttClientConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default);

    Task DisconnectAsync(MqttClientDisconnectOptions options, CancellationToken cancellationToken = default);

    Task<MqttClientPublishResult> PublishAsync(MqttApplicationMessage applicationMessage, CancellationToken cancellationToken = default);

    Task SendEnhancedAuthenticationExchangeDataAsync(MqttEnhancedAuthenticationExchangeData data, CancellationToken cancellationToken = default);

    Task<MqttClientSubscribeResult> SubscribeAsync(MqttClientSubscribeOptions options, CancellationToken cancellationToken = default);

    Task<MqttClientUnsubscribeResult> UnsubscribeAsync(MqttClientUnsubscribeOptions options, CancellationToken cancellationToken = default);
}

public class MqttClientFactory
{
    public IMqttClient CreateMqttClient() => throw new NotImplementedException();
}

public interface IMqttClientChannelOptions
{
}

public interface IMqttClientCredentialsProvider
{
}

public sealed class MqttClientCredentials(string userName, byte[] password = null) : IMqttClientCredentialsProvider
{
}

public sealed class MqttClientTcpOptions : IMqttClientChannelOptions
{
    public System.Net.Sockets.LingerOption LingerState { get; set; }

    public System.Net.EndPoint RemoteEndpoint { get; set; }
}

public sealed class MqttClientOptions
{
    public byte[] AuthenticationData { get; set; }

    public string AuthenticationMethod { get; set; }

    public IMqttClientChannelOptions ChannelOptions { get; set; }

    public bool CleanSession { get; set; }

    public string ClientId { get; set; }

    public IMqttClientCredentialsProvider Credentials { get; set; }

    public IMqttEnhancedAuthenticationHandler EnhancedAuthenticationHandler { get; set; }

    public TimeSpan KeepAlivePeriod { get; set; }

    public uint MaximumPacketSize { get; set; }

    public MqttProtocolVersion ProtocolVersion { get; set; }

    public ushort ReceiveMaximum { get; set; }

    public uint SessionExpiryInterval { get; set; }

    public TimeSpan Timeout { get; set; }

    public byte[] WillPayload { get; set; }

    public MqttQualityOfServiceLevel WillQualityOfServiceLevel { get; set; }

    public bool WillRetain { get; set; }

    public string WillTopic { get; set; }
}

public sealed class MqttClientConnectResult
{
    public string AssignedClientIdentifier { get; init; }

    public byte[] AuthenticationData { get; init; }

    public string AuthenticationMethod { get; init; }

    public MqttClientConnectResultCode ResultCode { get; init; }
}

public enum MqttClientConnectResultCode
{
    Success = 0,
}

public sealed class MqttClientDisconnectOptions
{
    public MqttClientDisconnectOptionsReason Reason { get; set; }
}

public enum MqttClientDisconnectOptionsReason
{
    NormalDisconnection = 0,
    UnspecifiedError = 128,
    ProtocolError = 130,
    QuotaExceeded = 151,
}

public enum MqttClientDisconnectReason
{
    NormalDisconnection = 0,
}

public sealed class MqttClientDisconnectedEventArgs : EventArgs
{
    internal MqttClientDisconnectedEventArgs()
    {
    }

    public Exception Exception => throw new NotImplementedException();

    public MqttClientDisconnectReason Reason => throw new NotImplementedException();
}

public sealed class MqttClientSubscribeOptions
{
    public List<Packets.MqttTopicFilter> TopicFilters { get; set; } = [];
}

public sealed class MqttClientSubscribeResult
{
    internal MqttClientSubscribeResult()
    {
    }

    public IReadOnlyCollection<MqttClientSubscribeResultItem> Items => throw new NotImplementedException();
}

public sealed class MqttClientSubscribeResultItem
{
    internal MqttClientSubscribeResultItem()
    {
    }

    public MqttClientSubscribeResultCode ResultCode => throw new NotImplementedException();
}

public enum MqttClientSubscribeResultCode
{
    GrantedQoS0 = 0,
}

public sealed class MqttClientUnsubscribeOptions
{
    public List<string> TopicFilters { get; set; } = [];
}

public sealed class MqttClientUnsubscribeResult
{
    internal MqttClientUnsubscribeResult()
    {
    }

    public IReadOnlyCollection<MqttClientUnsubscribeResultItem> Items => throw new NotImplementedException();
}

public sealed class MqttClientUnsubscribeResultItem
{
    internal MqttClientUnsubscribeResultItem()
    {
    }

    public MqttClientUnsubscribeResultCode ResultCode => throw new NotImplementedException();
}

public enum MqttClientUnsubscribeResultCode
{
    Success = 0,
}

public sealed class MqttClientPublishResult
{
    internal MqttClientPublishResult()
    {
    }

    public MqttClientPublishReasonCode ReasonCode => throw new NotImplementedException();
}

public enum MqttClientPublishReasonCode
{
    Success = 0,
    NoMatchingSubscribers = 16,
}
