using Harness.Schemes;
using Harness.Sessions.Hops;
using Harness.Sessions.Keys;

namespace Harness.Sessions.Broker;

/// <summary>Makes the broker's side of a scheme.</summary>
internal static class BrokerSchemes
{
    /// <summary>The side that the options name.</summary>
    /// <param name="options">How the broker runs.</param>
    /// <param name="note">Takes each decision: client, topic, accepted, reason.</param>
    /// <exception cref="ArgumentException">No such scheme, or a key size PRESENT does not have.</exception>
    public static IBrokerScheme Create(SecureBrokerOptions options, Action<string, string, bool, string> note) => options.Scheme switch
    {
        SchemeNames.MqttPresent => new MqttPresentBroker(
            new MqttPresentKeyService(new KeyServiceOptions(options.Pairs, options.KeyBits, options.KeyProfiles)), note),
        SchemeNames.AugMqtt => new AugMqttBroker(options.TimeProvider, note),
        SchemeNames.MqttAuth => new MqttAuthBroker(options.TimeProvider, note),
        _ => throw new ArgumentException($"no scheme '{options.Scheme}'; known: {string.Join(", ", SchemeNames.All)}", nameof(options)),
    };
}
