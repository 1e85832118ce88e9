namespace Harness.Sessions.Accounts;

/// <summary>The client's side of registration as MQTT-PRESENT publishes it (paper section 4, step a): C and W in clear, before any key exists.</summary>
/// <remarks>A listener can play the broker from then on, and try passwords: the claims show it. Other schemes and the product enrol by a file.</remarks>
public static class WireRegistration
{
    /// <summary>Connects without a proof, publishes u8 1 ‖ W on <c>aug/&lt;hex(C)&gt;/reg</c> (QoS 1) and leaves.</summary>
    /// <param name="party">The device.</param>
    /// <param name="options">Identity of the device and address of the broker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">The device does not register under its profile.</exception>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public static async Task RunAsync(IParty party, DeviceSessionOptions options, CancellationToken cancellationToken)
    {
        var observed = new ObservedParty(party, options.Observe);
        var waits = new SessionWaits(party.Name, options.TimeProvider);
        if (options.Provision)
        {
            await observed.ProvisionAsync(options.Identity, cancellationToken).ConfigureAwait(false);
        }

        var verifier = await observed.RegisterAsync(cancellationToken).ConfigureAwait(false);
        var client = options.Identity.Client;
        await using var connection = await waits.MapAsync("registration", options.LoginTimeout, () => MqttClient.ConnectAsync(
            new MqttClientOptions
            {
                Host = options.Endpoint.Address.ToString(),
                Port = options.Endpoint.Port,
                ClientId = client,
                Version = options.Binding == LoginBinding.Topics ? MqttVersion.V311 : MqttVersion.V5,
                Timeout = options.LoginTimeout,
                KeepAliveSeconds = options.KeepAliveSeconds,
                TimeProvider = options.TimeProvider,
            },
            cancellationToken)).ConfigureAwait(false);
        var reason = await waits.MapAsync("registration", options.LoginTimeout, () => connection.PublishAsync(
            PrivateTopics.Registration(client), (byte[])[PaperRegistration.Version, .. verifier.Value], QualityOfService.AtLeastOnce, retain: false, cancellationToken))
            .ConfigureAwait(false);
        waits.Accept("registration", reason);
        await connection.DisconnectAsync(ReasonCode.Success, cancellationToken).ConfigureAwait(false);
    }
}
