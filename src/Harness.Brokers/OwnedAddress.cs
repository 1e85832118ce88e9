namespace Harness.Brokers;

/// <summary>The address of a broker that is about to be tried: resolved once, checked, and connected to as it was checked.</summary>
/// <remarks>A name that leads beyond this machine must be typed a second time, so that no foreign broker is tried by mistake; a name that leads elsewhere later is not followed.</remarks>
public static class OwnedAddress
{
    /// <summary>Resolves and checks.</summary>
    /// <param name="typed">HOST:PORT, or [IPv6]:PORT.</param>
    /// <param name="owned">The same, typed again; null where it was not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">It is no host and port, or leads beyond this machine and was not typed again. The message says the next step.</exception>
    /// <exception cref="MqttNotConnectedException">The name does not resolve.</exception>
    public static async Task<IPEndPoint> ResolveAsync(string typed, string? owned, CancellationToken cancellationToken)
    {
        var (host, port) = Parse(typed);
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new MqttNotConnectedException($"{host} does not resolve ({e.Message}); next: getent hosts {host}", e);
        }

        return Check([.. addresses], port, typed, owned);
    }

    /// <summary>Checks resolved addresses, all of them, and picks the one to connect to.</summary>
    internal static IPEndPoint Check(IReadOnlyList<IPAddress> addresses, int port, string typed, string? owned)
    {
        var beyond = addresses.Where(a => !IPAddress.IsLoopback(a)).ToList();
        if (beyond.Count > 0 && owned != typed)
        {
            var wrong = owned is null ? "" : $", and --i-own names {owned}";
            throw new FormatException($"{typed} leads beyond this machine, to {string.Join(", ", beyond)}{wrong}; if that broker is yours to try, add --i-own {typed}");
        }

        return addresses.Count > 0
            ? new IPEndPoint(addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0], port)
            : throw new MqttNotConnectedException($"{typed} has no address");
    }

    private static (string Host, int Port) Parse(string typed)
    {
        var colon = typed.LastIndexOf(':');
        var host = colon > 0 ? typed[..colon] : "";
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (colon < 1 || (host.Contains(':') && !bracketed) || !ushort.TryParse(typed.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port) || port == 0)
        {
            throw new FormatException($"{typed} is no HOST:PORT; an example: 127.0.0.1:1883, or [::1]:1883");
        }

        return (bracketed ? host[1..^1] : host, port);
    }
}
