namespace Harness.Brokers.StandAlone;

/// <summary>Reaches a broker that stands elsewhere, and starts nothing.</summary>
internal static class ExternalDriver
{
    private const string Kind = "external";

    /// <summary>Connects; a name is resolved once, and the address that it had then is the one used.</summary>
    /// <exception cref="MqttException">It is not there, or refuses the harness's user.</exception>
    [BrokerDriver(
        Kind, Settings = "host tls ca_file user password_file",
        Can = "what it offers itself; by TLS or plain, with user and password; logins on topics where it lets the harness read aug/+/c; is neither started nor stopped")]
    public static async Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        var setup = options.Setup;
        var parts = new StandAloneParts(Kind) { Endpoint = await ResolveAsync(options, cancellationToken).ConfigureAwait(false), Login = setup.Login, ClientLogin = setup.Login };
        if (setup.Tls)
        {
            parts.Gate = TlsGate.Open(parts.Endpoint, BrokerTls.ClientOptions(setup.Host ?? options.Address.ToString(), Authorities(setup.AuthorityFile)));
            parts.Endpoint = parts.Gate.Endpoint;
        }

        try
        {
            return await StandAloneBroker.StartAsync(parts, options, cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException e) when (parts.Gate?.Failure is { } tls)
        {
            throw new MqttNotConnectedException($"TLS with {setup.Host ?? options.Address.ToString()}:{options.Port} failed ({tls.Message}); next: openssl s_client -connect {setup.Host ?? options.Address.ToString()}:{options.Port}", e);
        }
    }

    private static X509Certificate2Collection? Authorities(string? file)
    {
        try
        {
            return file is null ? null : BrokerTls.Authorities(file);
        }
        catch (FormatException e)
        {
            throw new MqttNotConnectedException(e.Message, e);
        }
    }

    private static async Task<IPEndPoint> ResolveAsync(MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        var port = options.Port == 0 ? options.Setup.Tls ? 8883 : 1883 : options.Port;
        if (options.Pinned || options.Setup.Host is not { } host)
        {
            return new IPEndPoint(options.Address, port);
        }

        var addresses = await OwnedAddress.AddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return await OwnedAddress.PickAsync(addresses, new IPEndPoint(addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0], port), cancellationToken).ConfigureAwait(false);
    }
}
