using Harness.Adversary.Taps;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Taps;

/// <summary>A tap as it was asked for.</summary>
/// <param name="Listen">The address that clients connect to.</param>
/// <param name="Typed">The broker as typed.</param>
/// <param name="Broker">Its one address, which was checked, or that of the gate that speaks TLS with it.</param>
/// <param name="Link">The link between them; null for none.</param>
/// <param name="Rules">Alterations.</param>
/// <param name="Attacks">Attacks that are judged.</param>
/// <param name="Limit">Time after which it ends; null for never.</param>
internal sealed record TapPlan(
    IPEndPoint Listen, string Typed, IPEndPoint Broker, LinkConditions? Link, IReadOnlyList<TapRule> Rules, IReadOnlyList<TapAttack> Attacks, TimeSpan? Limit)
{
    /// <summary>The gate that speaks TLS with the broker; null where the tap speaks with it as devices do.</summary>
    public TlsGate? Gate { get; init; }

    /// <summary>The options that name the broker once more, behind its address.</summary>
    public string Again { get; init; } = "";

    /// <summary>Adds to an outcome that it is one inside TLS: nobody on the way sees or does it.</summary>
    public TapFinding Placed(TapFinding finding) =>
        Gate is null ? finding : finding with { Evidence = $"{finding.Evidence} (inside TLS: to be seen and done where TLS ends, not on the way)" };

    /// <summary>Reads <c>[ADDRESS:]PORT</c>; without an address it is this machine's loopback.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPEndPoint ParseListen(string text)
    {
        var address = text.LastIndexOf(':') is >= 0 and var at ? text[..at].Trim('[', ']') : IPAddress.Loopback.ToString();
        var port = text[(text.LastIndexOf(':') + 1)..];
        return IPAddress.TryParse(address, out var ip) && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new IPEndPoint(ip, number)
            : throw new FormatException($"--listen {ForeignText.Quote(text)} is no [ADDRESS:]PORT; examples: 1884, 0 (any free port), 192.0.2.7:1884");
    }
}
