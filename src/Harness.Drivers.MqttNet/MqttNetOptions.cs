using System.Net;
using System.Net.Sockets;
using Harness.Mqtt;
using MQTTnet;
using MQTTnet.Formatter;
using HarnessOptions = Harness.Mqtt.MqttClientOptions;

namespace Harness.Drivers.MqttNet;

/// <summary>Our options of a client, in MQTTnet's words.</summary>
internal static class MqttNetOptions
{
    /// <param name="options">How to connect; checked.</param>
    /// <param name="first">Authentication Data of CONNECT; null where there is no authentication.</param>
    /// <param name="login">Answers AUTH; null likewise.</param>
    public static MQTTnet.MqttClientOptions From(HarnessOptions options, byte[]? first, LoginHandler? login)
    {
        var v5 = options.Version == MqttVersion.V5; // MQTTnet refuses options that 3.1.1 has not
        var endpoint = IPAddress.TryParse(options.Host, out var address) ? (EndPoint)new IPEndPoint(address, options.Port) : new DnsEndPoint(options.Host, options.Port);
        var translated = new MQTTnet.MqttClientOptions
        {
            // Without this the socket is reset at its end and takes a last DISCONNECT with it.
            ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = endpoint, LingerState = new LingerOption(false, 0) },
            ProtocolVersion = v5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311,
            ClientId = options.ClientId,
            CleanSession = options.CleanStart,
            KeepAlivePeriod = TimeSpan.FromSeconds(options.KeepAliveSeconds),
            Timeout = options.Timeout,
            SessionExpiryInterval = v5 ? options.SessionExpirySeconds ?? 0 : 0,
            MaximumPacketSize = v5 ? (uint)options.MaximumPacketSize : 0,
            ReceiveMaximum = v5 ? options.ReceiveMaximum : (ushort)0,
            AuthenticationMethod = options.Authentication?.Method,
            AuthenticationData = first,
            EnhancedAuthenticationHandler = login,
            Credentials = options.UserName is null && options.Password is null ? null : new MqttClientCredentials(options.UserName, options.Password),
        };
        if (options.Will is { } will)
        {
            translated.WillTopic = will.Topic;
            translated.WillPayload = will.Payload.ToArray();
            translated.WillQualityOfServiceLevel = will.Qos.Level();
            translated.WillRetain = will.Retain;
        }

        return translated;
    }
}
