// Signatures of MQTTnet.Server 5.2.0.
using System.Collections;
using System.Net;
using System.Net.Sockets;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server.EnhancedAuthentication;

namespace MQTTnet.Server
{
    public sealed class MqttServerFactory
    {
        public MqttServer CreateMqttServer(MqttServerOptions options) => throw new NotImplementedException();
    }

    public class MqttServer : IDisposable
    {
        internal MqttServer()
        {
        }

        public event Func<ClientConnectedEventArgs, Task> ClientConnectedAsync;

        public event Func<ClientDisconnectedEventArgs, Task> ClientDisconnectedAsync;

        public event Func<ClientSubscribedTopicEventArgs, Task> ClientSubscribedTopicAsync;

        public event Func<InterceptingClientApplicationMessageEnqueueEventArgs, Task> InterceptingClientEnqueueAsync;

        public event Func<InterceptingPacketEventArgs, Task> InterceptingOutboundPacketAsync;

        public event Func<InterceptingPublishEventArgs, Task> InterceptingPublishAsync;

        public event Func<InterceptingSubscriptionEventArgs, Task> InterceptingSubscriptionAsync;

        public event Func<ValidatingConnectionEventArgs, Task> ValidatingConnectionAsync;

        public IDictionary ServerSessionItems => throw new NotImplementedException();

        public Task DisconnectClientAsync(string id, MqttServerClientDisconnectOptions options) => throw new NotImplementedException();

        public Task<IList<MqttClientStatus>> GetClientsAsync() => throw new NotImplementedException();

        public Task<MqttSessionStatus> GetSessionAsync(string id) => throw new NotImplementedException();

        public Task InjectApplicationMessage(InjectedMqttApplicationMessage injectedApplicationMessage, CancellationToken cancellationToken = default) =>
            throw new NotImplementedException();

        public Task StartAsync() => throw new NotImplementedException();

        public Task StopAsync(MqttServerStopOptions options) => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }

    public sealed class MqttClientStatus
    {
        internal MqttClientStatus()
        {
        }

        public string Id => throw new NotImplementedException();
    }

    public sealed class MqttServerOptions
    {
        public TimeSpan DefaultCommunicationTimeout { get; set; }

        public MqttServerTcpEndpointOptions DefaultEndpointOptions => throw new NotImplementedException();

        public bool EnablePersistentSessions { get; set; }

        public int MaxPendingMessagesPerClient { get; set; }
    }

    public abstract class MqttServerTcpEndpointBaseOptions
    {
        public IPAddress BoundInterNetworkAddress { get; set; }

        public IPAddress BoundInterNetworkV6Address { get; set; }

        public bool IsEnabled { get; set; }

        public LingerOption LingerState { get; set; }

        public int Port { get; set; }
    }

    public class MqttServerTcpEndpointOptions : MqttServerTcpEndpointBaseOptions
    {
    }

    public sealed class MqttServerStopOptions
    {
    }

    public sealed class MqttServerClientDisconnectOptions
    {
        public MqttDisconnectReasonCode ReasonCode { get; set; }
    }

    public sealed class InjectedMqttApplicationMessage(MqttApplicationMessage applicationMessage)
    {
        public string SenderClientId { get; set; }
    }

    public sealed class MqttSessionStatus
    {
        internal MqttSessionStatus()
        {
        }

        public bool TryEnqueueApplicationMessage(MqttApplicationMessage applicationMessage, out InjectMqttApplicationMessageResult injectResult) =>
            throw new NotImplementedException();
    }

    public sealed class ClientConnectedEventArgs : EventArgs
    {
        internal ClientConnectedEventArgs()
        {
        }

        public string ClientId => throw new NotImplementedException();

        public EndPoint RemoteEndPoint => throw new NotImplementedException();
    }

    public sealed class ClientDisconnectedEventArgs : EventArgs
    {
        internal ClientDisconnectedEventArgs()
        {
        }

        public EndPoint RemoteEndPoint => throw new NotImplementedException();
    }

    public sealed class ClientSubscribedTopicEventArgs : EventArgs
    {
        internal ClientSubscribedTopicEventArgs()
        {
        }

        public string ClientId => throw new NotImplementedException();

        public MqttTopicFilter TopicFilter => throw new NotImplementedException();
    }

    public sealed class InterceptingClientApplicationMessageEnqueueEventArgs : EventArgs
    {
        internal InterceptingClientApplicationMessageEnqueueEventArgs()
        {
        }

        public bool AcceptEnqueue { get; set; }

        public MqttApplicationMessage ApplicationMessage => throw new NotImplementedException();

        public string ReceiverClientId => throw new NotImplementedException();
    }

    public sealed class InterceptingPacketEventArgs : EventArgs
    {
        internal InterceptingPacketEventArgs()
        {
        }

        public MqttPacket Packet { get; set; }

        public bool ProcessPacket { get; set; }

        public EndPoint RemoteEndPoint => throw new NotImplementedException();
    }

    public sealed class InterceptingPublishEventArgs : EventArgs
    {
        internal InterceptingPublishEventArgs()
        {
        }

        public MqttApplicationMessage ApplicationMessage { get; set; }

        public CancellationToken CancellationToken => throw new NotImplementedException();

        public string ClientId => throw new NotImplementedException();

        public bool ProcessPublish { get; set; }

        public PublishResponse Response => throw new NotImplementedException();

        public IDictionary SessionItems => throw new NotImplementedException();
    }

    public sealed class PublishResponse
    {
        public MqttPubAckReasonCode ReasonCode { get; set; }
    }

    public sealed class InterceptingSubscriptionEventArgs : EventArgs
    {
        internal InterceptingSubscriptionEventArgs()
        {
        }

        public string ClientId => throw new NotImplementedException();

        public bool ProcessSubscription { get; set; }

        public SubscribeResponse Response => throw new NotImplementedException();

        public MqttTopicFilter TopicFilter { get; set; }
    }

    public sealed class SubscribeResponse
    {
        public MqttSubscribeReasonCode ReasonCode { get; set; }
    }

    public sealed class ValidatingConnectionEventArgs : EventArgs
    {
        internal ValidatingConnectionEventArgs()
        {
        }

        public string AssignedClientIdentifier { get; set; }

        public byte[] AuthenticationData => throw new NotImplementedException();

        public string AuthenticationMethod => throw new NotImplementedException();

        public CancellationToken CancellationToken => throw new NotImplementedException();

        public string ClientId => throw new NotImplementedException();

        public MqttProtocolVersion ProtocolVersion => throw new NotImplementedException();

        public MqttConnectReasonCode ReasonCode { get; set; }

        public EndPoint RemoteEndPoint => throw new NotImplementedException();

        public byte[] ResponseAuthenticationData { get; set; }

        public Task<ExchangeEnhancedAuthenticationResult> ExchangeEnhancedAuthenticationAsync(
            ExchangeEnhancedAuthenticationOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    }
}

namespace MQTTnet.Server.EnhancedAuthentication
{
    public sealed class ExchangeEnhancedAuthenticationOptions
    {
        public byte[] AuthenticationData { get; set; }
    }

    public sealed class ExchangeEnhancedAuthenticationResult
    {
        public byte[] AuthenticationData { get; set; }
    }
}
