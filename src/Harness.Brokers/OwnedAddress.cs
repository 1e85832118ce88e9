namespace Harness.Brokers;

/// <summary>The address of a broker that is about to be tried: resolved once, checked, and connected to as it was checked.</summary>
/// <remarks>A name that leads beyond this machine must be typed a second time, so that no foreign broker is tried by mistake; a name that leads elsewhere later is not followed.</remarks>
public static class OwnedAddress
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    /// <summary>Resolves and checks.</summary>
    /// <param name="typed">HOST:PORT, or [IPv6]:PORT.</param>
    /// <param name="owned">The same, typed again; null where it was not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">It is no host and port, or leads beyond this machine and was not typed again. The message says the next step.</exception>
    /// <exception cref="MqttNotConnectedException">The name does not resolve.</exception>
    public static async Task<IPEndPoint> ResolveAsync(string typed, string? owned, CancellationToken cancellationToken)
    {
        var (host, port) = Parse(typed);
        var addresses = await AddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var first = Check(addresses, port, typed, owned);
        return await PickAsync(addresses, first, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every address of a name.</summary>
    /// <exception cref="MqttNotConnectedException">It does not resolve.</exception>
    internal static async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return [.. found.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).Distinct()]; // a socket of one family does not reach the other
        }
        catch (SocketException e)
        {
            throw new MqttNotConnectedException($"{host} does not resolve ({e.Message}); next: getent hosts {host}", e);
        }
    }

    /// <summary>The address among several at which somebody listens: a broker on <c>::1</c> alone is found by a name that leads to <c>127.0.0.1</c> too.</summary>
    /// <param name="addresses">The addresses, all of them checked.</param>
    /// <param name="first">The one that is tried first, and taken where nobody listens at any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<IPEndPoint> PickAsync(IReadOnlyList<IPAddress> addresses, IPEndPoint first, CancellationToken cancellationToken)
    {
        if (addresses.Count < 2)
        {
            return first;
        }

        foreach (var address in addresses.OrderByDescending(a => a.Equals(first.Address)))
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswerWithin);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, first.Port), limit.Token).ConfigureAwait(false);
                return new IPEndPoint(address, first.Port);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Nobody there: the next one.
            }
        }

        return first;
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
