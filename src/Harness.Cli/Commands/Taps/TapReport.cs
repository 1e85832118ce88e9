using Harness.Adversary.Taps;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Taps;

/// <summary>The numbers of a tap that has ended.</summary>
/// <param name="Plan">The tap as it was asked for.</param>
/// <param name="Listened">The address that it listened on.</param>
/// <param name="Connections">Connections that came.</param>
/// <param name="ToBroker">Packets to the broker that entered.</param>
/// <param name="ToClient">Packets to clients that entered.</param>
/// <param name="Link">Segments and cuts of the link.</param>
/// <param name="Findings">Outcomes of the attacks.</param>
/// <param name="Capture">Path of the capture, for people.</param>
/// <param name="Elapsed">Time for which it stood.</param>
internal sealed record TapReport(
    TapPlan Plan, IPEndPoint Listened, int Connections, long ToBroker, long ToClient, LinkCounts Link, IReadOnlyList<TapFinding> Findings, string Capture, TimeSpan Elapsed)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders it for people.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Connections} connections in {Elapsed.TotalSeconds:0.#} s: {ToBroker:N0} packets to the broker, {ToClient:N0} to clients");
        if (Plan.Link is { } link)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"the link ({link}): lost {Link.Lost:N0} of {Link.Segments:N0} segments, {Link.Cuts} cuts");
        }

        foreach (var rule in Plan.Rules)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"rule {ForeignText.Quote(rule.Text, ForeignText.MessageLength)}: carried out {rule.Triggered:N0} times, of {rule.Seen:N0} packets that it is about");
        }

        foreach (var finding in Findings)
        {
            text.AppendLine().Append(Render(finding));
        }

        return text.ToString();
    }

    /// <summary>Renders an outcome for people.</summary>
    public static string Render(TapFinding finding) =>
        $"attack {finding.Attack}: {finding.Verdict.ToString().ToUpperInvariant()} {finding.Question}: {ForeignText.Escape(finding.Evidence, ForeignText.MessageLength)}";

    /// <summary>Renders it for programs.</summary>
    public string RenderJson() => JsonSerializer.Serialize(
        new
        {
            listen = Listened.ToString(), to = Plan.Typed, seconds = Math.Round(Elapsed.TotalSeconds, 3), connections = Connections, packets = new { to_broker = ToBroker, to_client = ToClient },
            link = Plan.Link is { } link ? new { conditions = link.ToString(), segments = Link.Segments, lost = Link.Lost, cuts = Link.Cuts } : null,
            rules = Plan.Rules.Select(r => new { rule = r.Text, matched = r.Seen, carried_out = r.Triggered }),
            attacks = Findings.Select(f => new { attack = f.Attack, question = f.Question, verdict = f.Verdict.ToString().ToLowerInvariant(), evidence = f.Evidence }),
            capture = Capture,
        },
        Indented);
}
