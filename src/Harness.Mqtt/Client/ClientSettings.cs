using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Harness.Mqtt.Client;

/// <summary>Translates a client's options into MQTTnet's.</summary>
internal static class ClientSettings
{
    /// <param name="options">The options of the connection; checked.</param>
    /// <param name="first">Authentication Data of CONNECT; null where there is no authentication.</param>
    /// <param name="authentication">Answers AUTH where the login has a method.</param>
    public static MQTTnet.MqttClientOptions From(MqttClientOptions options, byte[]? first, ClientAuthentication authentication)
    {
        var v5 = options.Version == MqttVersion.V5; // MQTTnet refuses options that 3.1.1 has not
        var settings = new MQTTnet.MqttClientOptions
        {
            ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = new DnsEndPoint(options.Host, options.Port) }, // not used to connect: ClientChannel is connected
            ProtocolVersion = v5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311,
            ClientId = options.ClientId,
            CleanSession = options.CleanStart,
            KeepAlivePeriod = TimeSpan.FromSeconds(options.KeepAliveSeconds),
            Timeout = options.Timeout,
            SessionExpiryInterval = v5 ? options.SessionExpirySeconds ?? 0 : 0,
            MaximumPacketSize = v5 ? (uint)options.MaximumPacketSize : 0,
            ReceiveMaximum = v5 ? options.ReceiveMaximum : (ushort)0,
            AuthenticationMethod = authentication.Method,
            AuthenticationData = first,
            EnhancedAuthenticationHandler = authentication.Method is null ? null : authentication,
            Credentials = options.UserName is null && options.Password is null ? null : new MqttClientCredentials(options.UserName, options.Password),
        };
        if (options.Will is { } will)
        {
            settings.WillTopic = will.Topic;
            settings.WillPayload = will.Payload.ToArray();
            settings.WillQualityOfServiceLevel = (MqttQualityOfServiceLevel)(int)will.Qos;
            settings.WillRetain = will.Retain;
        }

        return settings;
    }
}
